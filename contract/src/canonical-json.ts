import type { Json } from './json.ts';

/** JSON with sorted keys and no spaces: the same text for the same value, wherever and whenever it is written. */
export function canonicalJson(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    // The type guard of isArray does not take readonly arrays out of the union.
    const record = value as { readonly [key: string]: Json | undefined };
    const pairs = Object.keys(record)
      .filter((key) => record[key] !== undefined)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key])}`);
    return `{${pairs.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}
