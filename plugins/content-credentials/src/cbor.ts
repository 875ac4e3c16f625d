import { decode, Tokenizer, Type, type Token } from 'cborg';

/** What CBOR can hold, as it comes out here: maps are Maps, so that no key can be one of an object's own. */
export type CborMap = Map<unknown, unknown>;

/** It is not CBOR, or deeper or longer than any that a program writes. */
export class CborError extends Error {}

const deepest = 32;
const mostTokens = 50_000;

/** Counts what is open, so that neither depth nor number of items is a stranger's choice. */
class BoundedTokenizer extends Tokenizer {
  /** Items that each open container still waits for. */
  readonly #open: number[] = [];
  #tokens = 0;

  override next(): Token {
    const token = super.next();
    this.#tokens += 1;
    if (this.#tokens > mostTokens) throw new CborError(`It has more than ${mostTokens} items.`);
    const items = itemsOf(token);
    if (items > 0) {
      this.#open.push(items);
      if (this.#open.length > deepest) throw new CborError(`It is more than ${deepest} deep.`);
      return token;
    }
    // One without a length of its own ends here, whatever it still waits for.
    if (Type.equals(token.type, Type.break)) this.#open.pop();
    this.#complete();
    return token;
  }

  /** An item is whole: it may have been the last one of its container, and so on outwards. */
  #complete(): void {
    for (let last = this.#open.length - 1; last >= 0; last -= 1) {
      const left = (this.#open[last] ?? 1) - 1;
      this.#open[last] = left;
      if (left > 0) return;
      this.#open.pop();
    }
  }
}

function itemsOf(token: Token): number {
  if (Type.equals(token.type, Type.tag)) return 1;
  if (Type.equals(token.type, Type.array)) return Number(token.value);
  if (Type.equals(token.type, Type.map)) return Number(token.value) * 2;
  return 0;
}

/** Tags only say how to understand what they stand before: it comes out without them. */
const anyTag = new Proxy([], { get: () => (content: () => unknown) => content() });

/** @throws CborError */
export function readCbor(bytes: Uint8Array): unknown {
  const options = {
    useMaps: true,
    allowIndefinite: true,
    allowUndefined: true,
    allowBigInt: true,
    tags: anyTag,
    rejectDuplicateMapKeys: true,
  };
  try {
    return decode(bytes, { ...options, tokenizer: new BoundedTokenizer(bytes, options) });
  } catch (error) {
    throw new CborError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws CborError where it is something else */
export function readCborMap(bytes: Uint8Array): CborMap {
  const value = readCbor(bytes);
  if (!(value instanceof Map)) throw new CborError('It is not a map.');
  return value;
}

export function textIn(map: CborMap, key: unknown): string | null {
  const value = map.get(key);
  return typeof value === 'string' ? value : null;
}

export function bytesIn(map: CborMap, key: unknown): Uint8Array | null {
  const value = map.get(key);
  return value instanceof Uint8Array ? value : null;
}

export function mapIn(map: CborMap, key: unknown): CborMap | null {
  const value = map.get(key);
  return value instanceof Map ? value : null;
}

/** The maps in a list; an empty list where there is none. */
export function mapsIn(map: CborMap, key: unknown): CborMap[] {
  const value = map.get(key);
  return Array.isArray(value) ? value.filter((item): item is CborMap => item instanceof Map) : [];
}

/** A byte string as CBOR. */
export function encodeBytes(bytes: Uint8Array): Uint8Array {
  return withHead(0x40, bytes);
}

/** A text as CBOR. */
export function encodeText(text: string): Uint8Array {
  return withHead(0x60, new TextEncoder().encode(text));
}

function withHead(major: number, bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const head =
    length < 24
      ? [major + length]
      : length < 0x100
        ? [major + 24, length]
        : length < 0x10000
          ? [major + 25, length >> 8, length & 0xff]
          : [major + 26, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
  const whole = new Uint8Array(head.length + length);
  whole.set(head);
  whole.set(bytes, head.length);
  return whole;
}
