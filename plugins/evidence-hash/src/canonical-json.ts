import type { HookInput } from '@proofpix/sdk/hooks';

type Json = HookInput<'file:process'>['metadata'][string];

/**
 * JSON with sorted keys and nothing between them (RFC 8785): the same content is the same bytes, whoever writes it, so
 * that a digest of it can be made again from the content alone.
 */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  const record = value as { readonly [key: string]: Json }; // an object that is no array
  const keys = Object.keys(record).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key] ?? null)}`).join(',')}}`;
}
