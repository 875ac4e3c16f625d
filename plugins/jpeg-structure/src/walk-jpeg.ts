import { partOf, type ByteSource } from '@proofpix/pixels/byte-source';
import { PictureError } from '@proofpix/pixels/decoding';
import { EntropyReader } from '@proofpix/pixels/jpeg/entropy-reader';
import { zigzag } from '@proofpix/pixels/jpeg/tables';

type Segment = { marker: number; offset: number; length: number; mark: string };

/** How a JPEG is built, from its start to its end marker. */
export type Structure = {
  segments: Segment[];
  frame: { marker: number; width: number; height: number; components: { h: number; v: number }[] } | null;
  /** In the order of the block; by number. */
  tables: (number[] | undefined)[];
  /** Quantisation tables of the fullest segment that holds some, and the same of Huffman tables. */
  tablesInOneSegment: number;
  huffmanInOneSegment: number;
  /** All Huffman tables are the example ones of the standard, as cameras write them. */
  standardHuffman: boolean;
  restartInterval: number;
  scans: number;
  /** Where the next byte after the end marker stands; null when there is none. */
  end: number | null;
  /** What does not follow the standard, by place. */
  oddities: { offset: number; what: string }[];
};

const mostSegments = 5_000;
const mostOddities = 20;
/** Bytes of the standard's tables: number of codes by length, and the codes. */
const standardTableBytes = new Set([28 + 1, 178 + 1]);

/** Walks a JPEG by its markers. Scans are passed over, byte by byte, but not decoded. */
export async function walkJpeg(source: ByteSource): Promise<Structure> {
  const reader = new EntropyReader(source);
  const structure: Structure = {
    segments: [],
    frame: null,
    tables: [],
    tablesInOneSegment: 0,
    huffmanInOneSegment: 0,
    standardHuffman: true,
    restartInterval: 0,
    scans: 0,
    end: null,
    oddities: [],
  };
  await reader.moveTo(2);
  try {
    let expected = 2;
    for (let inScan = false; structure.segments.length < mostSegments;) {
      const found = await reader.nextMarker();
      if (found === null) break;
      const { marker, offset } = found;
      if (!inScan && offset > expected && !(await isFill(source, expected, offset))) {
        odd(structure, expected, `${offset - expected} bytes stand between two segments`);
      }
      if (marker === 0xd9) {
        structure.end = offset + 2;
        break;
      }
      expected = offset + 2;
      if (marker === 0xd8 || marker === 0x01) {
        if (marker === 0xd8) odd(structure, offset, 'a second start marker');
        inScan = false;
        continue;
      }
      const lengthBytes = await reader.peekBytes(2);
      const length = (lengthBytes[0] ?? 0) * 256 + (lengthBytes[1] ?? 0);
      if (lengthBytes.length < 2 || length < 2) {
        odd(structure, offset, 'a segment without a length');
        break;
      }
      expected = offset + 2 + length;
      inScan = marker === 0xda;
      if (expected > source.size) {
        structure.segments.push({ marker, offset, length, mark: markOf((await reader.peekBytes(40)).slice(2)) });
        odd(structure, offset, `${nameOf(marker)} says that it is longer than the file`);
        break;
      }
      const isTable = marker === 0xdb || marker === 0xc4 || marker === 0xdd || (marker >= 0xc0 && marker <= 0xcf);
      const bytes = (await reader.peekBytes(isTable ? length : Math.min(length, 40))).slice(2);
      structure.segments.push({ marker, offset, length, mark: markOf(bytes) });
      takeSegment(structure, marker, offset, bytes);
      await reader.moveTo(expected);
    }
  } catch (error) {
    if (!(error instanceof PictureError)) throw error;
  }
  return structure;
}

/** Fill bytes before a marker are allowed by the standard. */
async function isFill(source: ByteSource, from: number, until: number): Promise<boolean> {
  if (until - from > 4096) return false;
  return (await partOf(source, from, until - from).read(0, until - from)).every((byte) => byte === 0xff);
}

function odd(structure: Structure, offset: number, what: string): void {
  if (structure.oddities.length < mostOddities) structure.oddities.push({ offset, what });
}

function takeSegment(structure: Structure, marker: number, offset: number, bytes: Uint8Array): void {
  const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
  if (marker === 0xdb) takeQuantization(structure, offset, bytes);
  else if (marker === 0xc4) takeHuffman(structure, offset, bytes);
  else if (marker === 0xdd) structure.restartInterval = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  else if (marker === 0xda) structure.scans += 1;
  else if (isFrame && structure.frame !== null) odd(structure, offset, 'a second picture header');
  else if (isFrame) {
    const [, highest = 0, high = 0, widest = 0, wide = 0, count = 0] = bytes;
    structure.frame = {
      marker,
      height: highest * 256 + high,
      width: widest * 256 + wide,
      components: Array.from({ length: Math.min(count, 4) }, (_, index) => {
        const sampling = bytes[7 + index * 3] ?? 0;
        return { h: sampling >> 4, v: sampling & 15 };
      }),
    };
  }
}

function takeQuantization(structure: Structure, offset: number, bytes: Uint8Array): void {
  let count = 0;
  for (let at = 0; at < bytes.length; count += 1) {
    const head = bytes[at] ?? 0;
    const wide = head >> 4 !== 0;
    const size = wide ? 128 : 64;
    if (at + 1 + size > bytes.length || (head & 15) > 3) {
      odd(structure, offset, 'a quantisation table that is not whole');
      break;
    }
    const table = Array.from({ length: 64 }, () => 0);
    zigzag.forEach((place, index) => {
      const from = at + 1 + (wide ? index * 2 : index);
      table[place] = wide ? (bytes[from] ?? 0) * 256 + (bytes[from + 1] ?? 0) : (bytes[from] ?? 0);
    });
    structure.tables[head & 15] ??= table;
    at += 1 + size;
  }
  structure.tablesInOneSegment = Math.max(structure.tablesInOneSegment, count);
}

function takeHuffman(structure: Structure, offset: number, bytes: Uint8Array): void {
  let count = 0;
  for (let at = 0; at < bytes.length; count += 1) {
    const codes = bytes.subarray(at + 1, at + 17).reduce((sum, n) => sum + n, 0);
    if (at + 17 + codes > bytes.length) {
      odd(structure, offset, 'a Huffman table that is not whole');
      break;
    }
    if (!standardTableBytes.has(17 + codes)) structure.standardHuffman = false;
    at += 17 + codes;
  }
  structure.huffmanInOneSegment = Math.max(structure.huffmanInOneSegment, count);
}

/** The text by which an application's segment says what it is. */
function markOf(bytes: Uint8Array): string {
  return /^[ -~]*/.exec(String.fromCharCode(...bytes))?.[0] ?? '';
}

const names: Record<number, string> = { 0xc4: 'DHT', 0xda: 'SOS', 0xdb: 'DQT', 0xdd: 'DRI', 0xfe: 'COM' };

export function nameOf(marker: number): string {
  if (marker >= 0xe0 && marker <= 0xef) return `APP${marker - 0xe0}`;
  if (marker >= 0xc0 && marker <= 0xcf) return names[marker] ?? `SOF${marker - 0xc0}`;
  return names[marker] ?? `FF${marker.toString(16).toUpperCase()}`;
}
