import type { ByteSource } from '../byte-source.ts';
import { decodeDefaults, PictureError, type DecodeOptions, type Decoding } from '../decoding.ts';
import { fitted, resize } from '../resize.ts';
import { decodeScan, finishProgressive, readScanHeader, type WorkBudget } from './decode-scan.ts';
import { EntropyReader } from './entropy-reader.ts';
import { readFrame, type Frame, type Tables } from './frame.ts';
import { buildHuffmanTable } from './huffman.ts';
import { zigzag } from './tables.ts';
import { toRgb } from './to-rgb.ts';

const mostSegments = 5_000;
const mostScans = 200;
/** Several passes over 100 megapixels; one or two seconds of work at the most. */
const mostBlocks = 30_000_000;

const undecodedFrames: Record<number, string> = {
  0xc3: 'lossless JPEG',
  0xc5: 'hierarchical JPEG',
  0xc6: 'hierarchical JPEG',
  0xc7: 'hierarchical JPEG',
  0xc9: 'JPEG with arithmetic coding',
  0xca: 'JPEG with arithmetic coding',
  0xcb: 'JPEG with arithmetic coding',
};

type State = {
  frame: Frame | null;
  tables: Tables;
  adobeTransform: number | null;
  scans: number;
  share: number;
  why?: string;
  budget: WorkBudget;
};

/**
 * Decodes a baseline or progressive JPEG, no larger than it is asked for. Photos of many megapixels are decoded at 1/8 of
 * their size from the blocks' means. The file is read in pieces and never held as a whole; a damaged or cut off one gives
 * what there is of the picture, with its share.
 * @param source the JPEG; a preview inside another file is a part of a source
 * @example const decoding = await decodeJpeg(sourceOf(bytes), { longestSide: 256 });
 */
export async function decodeJpeg(source: ByteSource, options: DecodeOptions = {}): Promise<Decoding> {
  const { longestSide, maxPixels } = { ...decodeDefaults, ...options };
  const reader = new EntropyReader(source);
  const state: State = {
    frame: null,
    tables: { quantization: [], dc: [], ac: [], restartInterval: 0 },
    adobeTransform: null,
    scans: 0,
    share: 0,
    budget: { blocks: mostBlocks },
  };
  const head = await reader.peekBytes(2);
  if (head[0] !== 0xff || head[1] !== 0xd8) return { ok: false, why: 'The bytes are no JPEG.' };
  await reader.moveTo(2);
  try {
    await readSegments(reader, state, { longestSide, maxPixels });
  } catch (error) {
    if (!(error instanceof PictureError)) throw error;
    state.why ??= error.message;
  }
  const { frame, share, why } = state;
  if (frame === null || state.scans === 0) {
    return { ok: false, why: why ?? 'The JPEG ends before its picture begins.' };
  }
  if (frame.progressive) finishProgressive(frame, state.tables);
  const reduced = { width: (frame.width * frame.scale) / 8, height: (frame.height * frame.scale) / 8 };
  const size = fitted(reduced.width, reduced.height, longestSide);
  return {
    ok: true,
    picture: resize(toRgb(frame, state), size.width, size.height, reduced),
    width: frame.width,
    height: frame.height,
    share,
    ...(share < 1 ? { why: why ?? 'The picture data end early.' } : {}),
  };
}

async function readSegments(reader: EntropyReader, state: State, limits: Required<DecodeOptions>): Promise<void> {
  for (let count = 0; count < mostSegments; count += 1) {
    const found = await reader.nextMarker();
    if (found === null || found.marker === 0xd9) return;
    const { marker } = found;
    if (marker === 0x01 || marker === 0xd8) continue;
    const lengthBytes = await reader.peekBytes(2);
    const length = (lengthBytes[0] ?? 0) * 256 + (lengthBytes[1] ?? 0);
    if (lengthBytes.length < 2 || length < 2) throw new PictureError('A segment of the JPEG has no length.');
    const behind = reader.position + length;
    if (isNeeded(marker)) {
      const segment = (await reader.peekBytes(length)).slice(2);
      if (segment.length < length - 2) throw new PictureError('The file ends within a segment.');
      await reader.moveTo(behind);
      if (await takeSegment(reader, state, marker, segment, limits)) return;
    } else await reader.moveTo(behind);
  }
}

/** Frame, tables, restart interval, scan, and Adobe's word on colours. The rest is not the decoder's. */
function isNeeded(marker: number): boolean {
  return (marker >= 0xc0 && marker <= 0xcf) || [0xda, 0xdb, 0xdd, 0xee].includes(marker);
}

/** @returns whether nothing more can add to the picture */
async function takeSegment(
  reader: EntropyReader,
  state: State,
  marker: number,
  segment: Uint8Array,
  limits: Required<DecodeOptions>,
): Promise<boolean> {
  const { tables } = state;
  const undecoded = undecodedFrames[marker];
  if (undecoded !== undefined) throw new PictureError(`The picture is a ${undecoded}, which is not decoded here.`);
  if (marker === 0xdb) readQuantization(segment, tables);
  else if (marker === 0xc4) readHuffman(segment, tables);
  else if (marker === 0xdd) tables.restartInterval = (segment[0] ?? 0) * 256 + (segment[1] ?? 0);
  else if (marker === 0xee) {
    if (String.fromCharCode(...segment.subarray(0, 5)) === 'Adobe') state.adobeTransform = segment[11] ?? null;
  } else if (marker === 0xda) return takeScan(reader, state, segment);
  else if (marker <= 0xc2) {
    if (state.frame !== null) throw new PictureError('The JPEG has a second picture header.');
    state.frame = readFrame(segment, marker === 0xc2, limits);
  }
  return false;
}

async function takeScan(reader: EntropyReader, state: State, segment: Uint8Array): Promise<boolean> {
  const { frame, tables } = state;
  if (frame === null) throw new PictureError('A scan stands before the header of the picture.');
  state.scans += 1;
  if (state.scans > mostScans) throw new PictureError(`The picture has more than ${mostScans} scans.`);
  const scan = readScanHeader(segment, frame, tables);
  // At 1/8 only the means count.
  if (frame.progressive && frame.scale === 1 && scan.start > 0) return false;
  const result = await decodeScan(reader, frame, scan, tables, state.budget);
  if (result.why !== undefined) state.why ??= result.why;
  if (!frame.progressive) {
    // Components may come in scans of their own: the picture is as whole as the least of them.
    const of = scan.parts.length / frame.components.length;
    state.share = Math.min(1, state.share + result.share * of);
    return state.share >= 1 - 1e-9 || result.why !== undefined;
  }
  // The first means already show the whole picture, coarsely.
  if (scan.start === 0 && scan.high === 0) {
    state.share = Math.min(1, state.share + (result.share * scan.parts.length) / frame.components.length);
  }
  if (result.why !== undefined) return true;
  return frame.scale === 1 && scan.low === 0 && state.share >= 1 - 1e-9;
}

function readQuantization(segment: Uint8Array, tables: Tables): void {
  for (let at = 0; at < segment.length;) {
    const head = segment[at] ?? 0;
    const wide = head >> 4 !== 0;
    const bytes = wide ? 128 : 64;
    if ((head & 15) > 3 || at + 1 + bytes > segment.length)
      throw new PictureError('A quantisation table is not whole.');
    const table = new Uint16Array(64);
    zigzag.forEach((place, index) => {
      const from = at + 1 + (wide ? index * 2 : index);
      table[place] = wide ? (segment[from] ?? 0) * 256 + (segment[from + 1] ?? 0) : (segment[from] ?? 0);
    });
    tables.quantization[head & 15] = table;
    at += 1 + bytes;
  }
}

function readHuffman(segment: Uint8Array, tables: Tables): void {
  for (let at = 0; at < segment.length;) {
    const head = segment[at] ?? 0;
    const counts = segment.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if ((head & 15) > 3 || head >> 4 > 1 || total > 256 || at + 17 + total > segment.length) {
      throw new PictureError('A Huffman table is not whole.');
    }
    const table = buildHuffmanTable(counts, segment.subarray(at + 17, at + 17 + total));
    (head >> 4 === 0 ? tables.dc : tables.ac)[head & 15] = table;
    at += 17 + total;
  }
}
