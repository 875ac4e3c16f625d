import { latin1 } from './byte-source.ts';

/** One element of DER. */
export type Der = {
  tag: number;
  content: Uint8Array;
  /** With tag and length. */
  whole: Uint8Array;
};

export class DerError extends Error {}

const mostElements = 1_000;

/** The elements that follow each other. @throws DerError */
export function readDer(bytes: Uint8Array): Der[] {
  const found: Der[] = [];
  for (let at = 0; at < bytes.length;) {
    if (found.length >= mostElements) throw new DerError(`It has more than ${mostElements} elements.`);
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1];
    if (first === undefined) throw new DerError('An element is cut off.');
    const more = first < 0x80 ? 0 : first - 0x80;
    if (first === 0x80 || more > 4 || (tag & 0x1f) === 0x1f) throw new DerError('It is not DER.');
    let length = more === 0 ? first : 0;
    for (let index = 0; index < more; index += 1) length = length * 256 + (bytes[at + 2 + index] ?? 0);
    const start = at + 2 + more;
    if (start + length > bytes.length) throw new DerError('An element is cut off.');
    found.push({ tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) });
    at = start + length;
  }
  return found;
}

/** The elements inside of one. @throws DerError where it is missing or another one */
export function inside(element: Der | undefined, tag: number): Der[] {
  return readDer(contentOf(element, tag));
}

/** @throws DerError where it is missing or another one */
export function contentOf(element: Der | undefined, tag: number): Uint8Array {
  if (element?.tag !== tag) throw new DerError('An element is missing or of another kind.');
  return element.content;
}

export const tags = {
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  identifier: 0x06,
  sequence: 0x30,
  set: 0x31,
  generalizedTime: 0x18,
  utcTime: 0x17,
} as const;

/** `1.2.840.…` */
export function identifierOf(element: Der | undefined): string {
  const content = contentOf(element, tags.identifier);
  const [first = 0] = content;
  const numbers = [Math.min(2, Math.floor(first / 40)), first < 80 ? first % 40 : first - 80];
  let value = 0;
  for (const byte of content.subarray(1)) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(value);
      value = 0;
    }
  }
  return numbers.join('.');
}

/** ISO 8601 in UTC, or null where it is no time. Fractions of a second are left out. */
export function timeOf(element: Der | undefined): string | null {
  if (element === undefined) return null;
  const text = latin1(element.content);
  const short = /^(\d\d)(\d{10})Z$/.exec(text);
  const full =
    element.tag === tags.utcTime && short
      ? `${Number(short[1]) < 50 ? '20' : '19'}${short[1]}${short[2]}`
      : /^(\d{14})(?:\.\d+)?Z$/.exec(text)?.[1];
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(full ?? '');
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second] = parts;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  return Number.isNaN(Date.parse(iso)) ? null : iso;
}
