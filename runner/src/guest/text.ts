import { compute } from './bridge.ts';
import { bytesOfBuffer, encodeUtf8 } from './bytes.ts';
import { Bytes, StringOf, TypeErrorOf } from './intrinsics.ts';

export class TextEncoder {
  get encoding(): string {
    return 'utf-8';
  }

  encode(text: unknown = ''): Uint8Array {
    return encodeUtf8(StringOf(text));
  }

  encodeInto(text: unknown, target: Uint8Array): { read: number; written: number } {
    const source = StringOf(text);
    let read = 0;
    let written = 0;
    while (read < source.length) {
      const point = source.codePointAt(read) ?? 0;
      const units = point > 0xffff ? 2 : 1;
      const size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (written + size > target.length) break;
      target.set(encodeUtf8(source.slice(read, read + units)), written);
      read += units;
      written += size;
    }
    return { read, written };
  }
}

export class TextDecoder {
  readonly #encoding: string;
  readonly #fatal: boolean;
  readonly #ignoreBOM: boolean;
  #rest: Uint8Array = new Bytes(0);
  #started = false;

  constructor(label: unknown = 'utf-8', options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    const encoding = compute('encodingName', StringOf(label));
    if (encoding === '') throw new RangeError(`The "${StringOf(label)}" encoding is not supported`);
    this.#encoding = encoding;
    this.#fatal = Boolean(options?.fatal);
    this.#ignoreBOM = Boolean(options?.ignoreBOM);
  }

  get encoding(): string {
    return this.#encoding;
  }
  get fatal(): boolean {
    return this.#fatal;
  }
  get ignoreBOM(): boolean {
    return this.#ignoreBOM;
  }

  decode(data?: unknown, options: { stream?: boolean } = {}): string {
    const fresh = data === undefined ? new Bytes(0) : bytesOfBuffer(data);
    if (fresh === undefined) throw new TypeErrorOf('decode takes an ArrayBuffer or a view of one');
    const stream = Boolean(options?.stream);
    let bytes = fresh;
    if (this.#rest.length > 0) {
      bytes = new Bytes(this.#rest.length + fresh.length);
      bytes.set(this.#rest);
      bytes.set(fresh, this.#rest.length);
    }
    const whole = stream ? this.#completeLength(bytes) : bytes.length;
    const text = compute(
      'decode',
      this.#encoding,
      this.#fatal,
      this.#ignoreBOM || this.#started,
      bytes.slice(0, whole),
    );
    if (text === null) {
      this.#reset();
      throw new TypeErrorOf(`The encoded data was not valid for encoding ${this.#encoding}`);
    }
    if (stream) {
      this.#rest = bytes.slice(whole);
      this.#started ||= whole > 0;
    } else {
      this.#reset();
    }
    return text;
  }

  #reset(): void {
    this.#rest = new Bytes(0);
    this.#started = false;
  }

  /** How many bytes end at a character's border; the others wait for the next piece. */
  #completeLength(bytes: Uint8Array): number {
    const end = bytes.length;
    if (this.#encoding === 'utf-16le' || this.#encoding === 'utf-16be') {
      const even = end - (end % 2);
      const high = bytes[even - (this.#encoding === 'utf-16le' ? 1 : 2)] ?? 0;
      return even >= 2 && high >= 0xd8 && high <= 0xdb ? even - 2 : even;
    }
    if (this.#encoding === 'utf-8') {
      for (let back = 1; back <= 3 && back <= end; back += 1) {
        const byte = bytes[end - back] ?? 0;
        if (byte >= 0xc0) {
          const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
          return size > back ? end - back : end;
        }
        if (byte < 0x80) return end;
      }
      return end;
    }
    // One byte a character. The legacy encodings of East Asia are decoded whole.
    if (/^(windows-|iso-8859|koi8|ibm866|macintosh|x-mac)/.test(this.#encoding)) return end;
    throw new TypeErrorOf(`Decoding ${this.#encoding} in pieces is not supported here: decode it whole`);
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function btoa(text: unknown): string {
  const source = StringOf(text);
  let result = '';
  for (let index = 0; index < source.length; index += 3) {
    const codes = [source.charCodeAt(index), source.charCodeAt(index + 1), source.charCodeAt(index + 2)] as const;
    // NaN behind the end compares as false
    if (codes[0] > 255 || codes[1] > 255 || codes[2] > 255) {
      throw invalidCharacter('The string contains characters outside of Latin-1');
    }
    const [first, second, third] = codes;
    result += alphabet[first >> 2];
    result += alphabet[((first & 3) << 4) | (second >> 4)];
    result += index + 1 < source.length ? alphabet[((second & 15) << 2) | (third >> 6)] : '=';
    result += index + 2 < source.length ? alphabet[third & 63] : '=';
  }
  return result;
}

export function atob(text: unknown): string {
  let source = StringOf(text).replaceAll(/[\t\n\f\r ]/g, '');
  if (source.length % 4 === 0) source = source.replace(/={1,2}$/, '');
  if (source.length % 4 === 1 || !/^[A-Za-z0-9+/]*$/.test(source)) {
    throw invalidCharacter('The string is not correctly encoded');
  }
  let result = '';
  let bits = 0;
  let held = 0;
  for (let index = 0; index < source.length; index += 1) {
    held = ((held << 6) | alphabet.indexOf(source[index] ?? '')) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      result += String.fromCharCode((held >> bits) & 255);
    }
  }
  return result;
}

/** What browsers throw here is a DOMException; this is an Error of the same name. */
function invalidCharacter(message: string): Error {
  const error = new Error(message);
  error.name = 'InvalidCharacterError';
  return error;
}
