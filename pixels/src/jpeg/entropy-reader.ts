import type { ByteSource } from '../byte-source.ts';
import type { HuffmanTable } from './huffman.ts';
import { PictureError } from '../decoding.ts';

const windowBytes = 256 * 1024;
/** The most that one unit of a scan can take, with room to spare: ten blocks of 64 values of 32 bits, each byte stuffed. */
const marginBytes = 8 * 1024;

/**
 * Reads a JPEG through a window: markers and segments by bytes, scans by bits. Behind a marker and behind the end of the
 * file the bits are zeros, and `overrun` tells that they were used.
 */
export class EntropyReader {
  readonly #source: ByteSource;
  #bytes: Uint8Array = new Uint8Array(0);
  /** Offset in the file of the window's first byte. */
  #start = 0;
  #at = 0;
  #bits = 0;
  #count = 0;
  #padding = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Where the next byte stands in the file. */
  get position(): number {
    return this.#start + this.#at;
  }

  /** Bits were used that the file does not have. */
  get overrun(): boolean {
    return this.#padding > this.#count;
  }

  /** Whether the next unit may need bytes that are not in the window. Cheap, so that it can be asked before each unit. */
  get low(): boolean {
    return this.#bytes.length - this.#at < marginBytes && this.#start + this.#bytes.length < this.#source.size;
  }

  async refill(): Promise<void> {
    const rest = this.#bytes.subarray(this.#at);
    const more = await this.#source.read(this.#start + this.#bytes.length, windowBytes);
    if (more.length === 0) throw new PictureError('The file ended while it was read.');
    const bytes = new Uint8Array(rest.length + more.length);
    bytes.set(rest);
    bytes.set(more, rest.length);
    this.#start += this.#at;
    this.#bytes = bytes;
    this.#at = 0;
  }

  async moveTo(position: number): Promise<void> {
    if (position >= this.#start && position <= this.#start + this.#bytes.length) this.#at = position - this.#start;
    else {
      this.#start = position;
      this.#bytes = new Uint8Array(0);
      this.#at = 0;
    }
    if (this.low) await this.refill();
  }

  /** Up to `length` bytes, without moving on; a segment has 64 kB at the most. */
  async peekBytes(length: number): Promise<Uint8Array> {
    while (this.#bytes.length - this.#at < length && this.#start + this.#bytes.length < this.#source.size) {
      await this.refill();
    }
    return this.#bytes.subarray(this.#at, this.#at + length);
  }

  /** The next marker from here on, and moves behind it; null when the file ends. Skips what a scan left over. */
  async nextMarker(): Promise<{ marker: number; offset: number } | null> {
    for (;;) {
      const from = this.#bytes.indexOf(0xff, this.#at);
      this.#at = from < 0 ? this.#bytes.length : from;
      const marker = this.#bytes[this.#at + 1];
      if (from >= 0 && marker !== undefined) {
        // FF fills, and FF 00 and the restart markers belong to a scan.
        if (marker === 0xff) this.#at += 1;
        else if (marker === 0 || (marker >= 0xd0 && marker <= 0xd7)) this.#at += 2;
        else {
          this.#at += 2;
          return { marker, offset: this.position - 2 };
        }
      } else if (this.#start + this.#bytes.length >= this.#source.size) {
        this.#at = this.#bytes.length;
        return null;
      } else await this.refill();
    }
  }

  startScan(): void {
    this.#bits = 0;
    this.#count = 0;
    this.#padding = 0;
  }

  /** Moves behind the restart marker that must stand here; tells whether it did. */
  restart(): boolean {
    this.startScan();
    while (this.#bytes[this.#at] === 0xff && this.#bytes[this.#at + 1] === 0xff) this.#at += 1;
    const marker = this.#bytes[this.#at + 1] ?? 0;
    if (this.#bytes[this.#at] !== 0xff || marker < 0xd0 || marker > 0xd7) return false;
    this.#at += 2;
    return true;
  }

  readBits(count: number): number {
    if (count === 0) return 0;
    if (this.#count < count) this.#fill();
    this.#count -= count;
    return (this.#bits >>> this.#count) & ((1 << count) - 1);
  }

  /** A value of `size` bits as T.81 F.2.2.1 writes it: the upper half is positive. */
  readSigned(size: number): number {
    const value = this.readBits(size);
    return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
  }

  readSymbol(table: HuffmanTable): number {
    if (this.#count < 16) this.#fill();
    const entry = table.lookup[(this.#bits >>> (this.#count - 8)) & 255] ?? 0;
    if (entry !== 0) {
      this.#count -= entry >> 8;
      return entry & 255;
    }
    const sixteen = (this.#bits >>> (this.#count - 16)) & 0xffff;
    for (let length = 9; length <= 16; length += 1) {
      const code = sixteen >> (16 - length);
      if (code < (table.endCode[length] ?? 0)) {
        this.#count -= length;
        return table.symbols[(table.firstIndex[length] ?? 0) + code] ?? 0;
      }
    }
    throw new PictureError('The picture data are damaged: they hold a code that was never defined.');
  }

  #fill(): void {
    while (this.#count <= 24) {
      let byte = this.#bytes[this.#at] ?? -1;
      if (byte === 0xff) {
        if (this.#bytes[this.#at + 1] === 0) this.#at += 2;
        else byte = -1;
      } else if (byte >= 0) this.#at += 1;
      if (byte < 0) {
        byte = 0;
        this.#padding += 8;
      }
      this.#bits = (this.#bits << 8) | byte;
      this.#count += 8;
    }
  }
}
