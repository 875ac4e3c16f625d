import { types as pgTypes, type CustomTypesConfig } from 'pg';
import { cleanText } from '@proofpix/host/clean-text';

/**
 * Both databases give the same JavaScript types: bigint and numeric as number, times as Date, date and interval as text,
 * bytea as Uint8Array, json as the value.
 */
const int8 = 20;
const numeric = 1700;
const bytea = 17;
const date = 1082;
const interval = 1186;
const int8Array = 1016;

const shared: Record<number, (text: string) => unknown> = {
  [int8]: safeNumber,
  [numeric]: Number,
  [bytea]: bytes,
  [date]: String,
  [interval]: String,
};

/** For PGlite, which parses the other types as `pg` does. */
export const embeddedParsers = shared;

const textArray = 1009 as number; // its own type lists only some ids
/** For `pg`. */
export const postgresTypes: CustomTypesConfig = {
  getTypeParser(oid, format) {
    const own: ((text: string) => unknown) | undefined = format === 'binary' ? undefined : shared[Number(oid)];
    if (own) return own;
    if (Number(oid) === int8Array) {
      const parse = pgTypes.getTypeParser(textArray);
      // A text[] is parsed to texts and nulls.
      return (text: string) =>
        (parse(text) as (string | null)[]).map((item) => (item === null ? null : safeNumber(item)));
    }
    return pgTypes.getTypeParser(oid, format);
  },
};

function safeNumber(text: string): number {
  const value = Number(text);
  // A wrong count or size would be worse than an error.
  if (!Number.isSafeInteger(value)) throw new RangeError(`The number ${text} from the database is too large.`);
  return value;
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex')); // after \x
}

/**
 * A value as the text of a jsonb parameter: the only way JSON goes into the database (a JavaScript array as a parameter
 * means a PostgreSQL array to one driver and JSON to the other). NUL and lone surrogates, which EXIF texts contain and
 * jsonb refuses, become U+FFFD, in keys as well.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'string') return cleanText(part);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    if (Object.keys(part).every((key) => cleanText(key) === key)) return part;
    return Object.fromEntries(Object.entries(part).map(([key, child]) => [cleanText(key), child]));
  });
}
