import { limits } from '@proofpix/contract/limits';
import { isRecord } from '../code/json-record.ts';

export type Fields = Record<string, unknown>;

/** The object in a JSON file, or why there is none; a sentence without its subject. */
export function readFields(bytes: Uint8Array, most: number = limits.componentFileBytes): Fields | string {
  if (bytes.length > most) return `is over ${Math.round(most / 1024)} kB and was not read`;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes).replace(/^\ufeff/, ''));
    return isRecord(value) ? value : 'is not an object';
  } catch {
    return 'is not JSON';
  }
}

export function textIn(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** What a package.json says of its licence: a text, an object with a type, or the list of them that npm once took. */
export function licenseIn({ license, licenses }: Fields): string | null {
  const value = license ?? licenses;
  const all = (Array.isArray(value) ? value.slice(0, 20) : [value]).flatMap((one: unknown) => {
    const text = textIn(isRecord(one) ? one.type : one);
    return text === null ? [] : [text.trim()];
  });
  return all.length > 1 ? `(${all.join(' OR ')})` : (all[0] ?? null);
}
