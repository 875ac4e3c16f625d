/** A range of bytes that a client asked for. */
export type ByteRange = { offset: number; length: number };

/**
 * The one range of a Range header (RFC 9110). Undefined: the whole file is sent, as for a header that is not understood
 * or names several ranges. Null: the range lies outside of the file.
 */
export function readRange(header: string | undefined, size: number): ByteRange | null | undefined {
  const match = header === undefined ? null : /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim());
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? null : { offset: size - length, length };
  }
  const offset = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < offset) return undefined;
  return offset >= size ? null : { offset, length: end - offset + 1 };
}
