import { createHash } from 'node:crypto';
import { canonicalJson } from '@proofpix/contract/canonical-json';
import type { Json } from '@proofpix/contract/json';

type Fields = { readonly [name: string]: Json };

/** The trail says what changed; it is no second place for everything that anybody ever set. */
const longest = 500;

/** What differs between two objects, field by field; a long value by its digest. */
export function changedFields(before: Fields, after: Fields): { before: Fields; after: Fields } {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => canonicalJson(before[name]) !== canonicalJson(after[name]));
  const pick = (fields: Fields) =>
    Object.fromEntries(
      changed.flatMap((name) => {
        const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
        return value === undefined ? [] : [[name, shorten(value)]];
      }),
    );
  return { before: pick(before), after: pick(after) };
}

function shorten(value: Json): Json {
  const text = canonicalJson(value);
  if (text.length <= longest) return value;
  return `sha256:${createHash('sha256').update(text).digest('hex')} (${text.length} characters)`;
}
