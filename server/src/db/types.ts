/**
 * A value as the text of a jsonb parameter: the only way JSON goes into the database (a JavaScript array as a parameter
 * means a PostgreSQL array to one driver and JSON to the other). NUL and lone surrogates, which EXIF texts contain and
 * jsonb refuses, become U+FFFD.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? cleanText(part) : part));
}

/** Text as both databases take it: without NUL and lone surrogates. */
export function cleanText(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD').toWellFormed();
}
