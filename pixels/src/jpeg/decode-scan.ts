import { PictureError } from '../decoding.ts';
import type { EntropyReader } from './entropy-reader.ts';
import type { Component, Frame, Tables } from './frame.ts';
import type { HuffmanTable } from './huffman.ts';
import { inverseTransform } from './inverse-transform.ts';
import { zigzag } from './tables.ts';

export type ScanHeader = {
  parts: { component: Component; dc: HuffmanTable | undefined; ac: HuffmanTable | undefined }[];
  start: number;
  end: number;
  high: number;
  low: number;
};

/** How far a scan came: the share of its units that were there, and why it stopped before the last one. */
export type ScanResult = { share: number; why?: string };

/** Blocks that may be visited in all scans together: a hostile picture has hundreds of scans that take no bytes. */
export type WorkBudget = { blocks: number };

const naturalOrder = Uint8Array.from(zigzag);
const block = new Float32Array(64);

/** Reads a scan header (T.81 B.2.3). */
export function readScanHeader(segment: Uint8Array, frame: Frame, tables: Tables): ScanHeader {
  const count = segment[0] ?? 0;
  if (count < 1 || count > 4 || segment.length < 4 + count * 2) throw new PictureError('A scan has no whole header.');
  const parts = Array.from({ length: count }, (_, index) => {
    const [id = 0, selected = 0] = segment.subarray(1 + index * 2);
    const component = frame.components.find((candidate) => candidate.id === id);
    if (component === undefined) throw new PictureError('A scan names a component that the picture does not have.');
    return { component, dc: tables.dc[selected >> 4], ac: tables.ac[selected & 15] };
  });
  if (new Set(parts.map(({ component }) => component)).size < count) {
    throw new PictureError('A scan names a component twice.');
  }
  // More would not fit into the window that is filled before each unit.
  const blocks = parts.reduce((sum, { component }) => sum + component.h * component.v, 0);
  if (count > 1 && blocks > 10) throw new PictureError('A scan has more than ten blocks in a unit.');
  const [start = 0, end = 63, approximation = 0] = segment.subarray(1 + count * 2);
  const scan = { parts, start, end, high: approximation >> 4, low: approximation & 15 };
  if (!frame.progressive) return { ...scan, start: 0, end: 63, high: 0, low: 0 };
  const sound = start === 0 ? end === 0 : start <= end && end <= 63 && count === 1;
  if (!sound || scan.low > 13 || (scan.high !== 0 && scan.high !== scan.low + 1)) {
    throw new PictureError('A scan of the progressive picture contradicts itself.');
  }
  return scan;
}

/** Decodes one scan, unit by unit, and stops at the first one that is not whole. */
export async function decodeScan(
  reader: EntropyReader,
  frame: Frame,
  scan: ScanHeader,
  tables: Tables,
  budget: WorkBudget,
): Promise<ScanResult> {
  const [first] = scan.parts;
  const alone = scan.parts.length === 1 && first !== undefined ? first.component : null;
  const unitsWide = alone?.blocksWide ?? frame.unitsWide;
  const units = unitsWide * (alone?.blocksHigh ?? frame.unitsHigh);
  const blocksOfUnit = alone ? 1 : scan.parts.reduce((sum, { component }) => sum + component.h * component.v, 0);
  const decodeBlock = chooseDecoder(reader, frame, scan, tables);
  reader.startScan();
  for (const { component } of scan.parts) component.before = 0;
  let unit = 0;
  try {
    for (; unit < units; unit += 1) {
      if (reader.low) await reader.refill();
      if (tables.restartInterval > 0 && unit > 0 && unit % tables.restartInterval === 0) {
        if (!reader.restart()) return { share: unit / units, why: 'A restart marker is missing.' };
        for (const { component } of scan.parts) component.before = 0;
        decodeBlock.restart();
      }
      budget.blocks -= blocksOfUnit;
      if (budget.blocks < 0) return { share: unit / units, why: 'The picture asks for more work than one may cost.' };
      const row = Math.floor(unit / unitsWide);
      const column = unit % unitsWide;
      for (const part of scan.parts) {
        const { h, v } = part.component;
        if (alone) decodeBlock.at(part, row * part.component.stride + column, row, column);
        else {
          for (let y = row * v; y < (row + 1) * v; y += 1) {
            for (let x = column * h; x < (column + 1) * h; x += 1) {
              decodeBlock.at(part, y * part.component.stride + x, y, x);
            }
          }
        }
      }
      if (reader.overrun) return { share: unit / units, why: 'The picture data end early.' };
    }
  } catch (error) {
    if (!(error instanceof PictureError)) throw error;
    return { share: unit / units, why: error.message };
  }
  return { share: 1 };
}

type Part = ScanHeader['parts'][number];
type BlockDecoder = {
  at(part: Part, index: number, row: number, column: number): void;
  restart(): void;
};

function chooseDecoder(reader: EntropyReader, frame: Frame, scan: ScanHeader, tables: Tables): BlockDecoder {
  const restart = () => {};
  if (!frame.progressive) {
    return { restart, at: (part, _, row, column) => decodeBaseline(reader, frame, part, tables, row, column) };
  }
  if (scan.start === 0) {
    const size = frame.scale === 1 ? 1 : 64;
    return { restart, at: ({ component, dc }, index) => decodeMean(reader, scan, component, dc, index * size) };
  }
  return createDetailDecoder(reader, scan);
}

function decodeBaseline(
  reader: EntropyReader,
  { scale }: Frame,
  { component, dc, ac }: Part,
  { quantization }: Tables,
  row: number,
  column: number,
): void {
  const table = quantization[component.quantization];
  if (dc === undefined || ac === undefined || table === undefined) throw new PictureError('A table is missing.');
  block.fill(0);
  component.before += readDifference(reader, dc);
  block[0] = component.before * (table[0] ?? 1);
  for (let index = 1; index < 64; index += 1) {
    const symbol = reader.readSymbol(ac);
    const size = symbol & 15;
    if (size === 0) {
      if (symbol !== 0xf0) break;
      index += 15;
      continue;
    }
    index += symbol >> 4;
    const at = naturalOrder[index];
    if (at === undefined) throw new PictureError('The picture data are damaged: a block has too many values.');
    const value = reader.readSigned(size);
    if (scale > 1) block[at] = value * (table[at] ?? 1);
  }
  const stride = component.stride * scale;
  inverseTransform(block, scale, { plane: component.plane, offset: row * scale * stride + column * scale, stride });
}

function readDifference(reader: EntropyReader, dc: HuffmanTable): number {
  const size = reader.readSymbol(dc);
  if (size > 15) throw new PictureError('The picture data are damaged: a level is out of range.');
  return size === 0 ? 0 : reader.readSigned(size);
}

function decodeMean(
  reader: EntropyReader,
  { high, low }: ScanHeader,
  component: Component,
  dc: HuffmanTable | undefined,
  at: number,
): void {
  const { coefficients } = component;
  if (coefficients === null) return;
  if (high > 0) {
    if (reader.readBits(1) === 1) coefficients[at] = (coefficients[at] ?? 0) | (1 << low);
    return;
  }
  if (dc === undefined) throw new PictureError('A table is missing.');
  component.before += readDifference(reader, dc);
  coefficients[at] = component.before << low;
}

/** The values of a progressive picture beside the mean: first pass (T.81 G.1.2.2) and refinement (G.1.2.3). */
function createDetailDecoder(reader: EntropyReader, { start, end, high, low }: ScanHeader): BlockDecoder {
  const bit = 1 << low;
  let bandsToSkip = 0;

  function first(coefficients: Int16Array, offset: number, ac: HuffmanTable): void {
    if (bandsToSkip > 0) {
      bandsToSkip -= 1;
      return;
    }
    for (let index = start; index <= end; index += 1) {
      const symbol = reader.readSymbol(ac);
      const zeros = symbol >> 4;
      const size = symbol & 15;
      if (size === 0 && zeros < 15) {
        bandsToSkip = (1 << zeros) - 1 + reader.readBits(zeros);
        return;
      }
      index += zeros;
      if (size === 0) continue;
      if (index > 63) throw new PictureError('The picture data are damaged: a block has too many values.');
      coefficients[offset + (naturalOrder[index] ?? 0)] = reader.readSigned(size) * bit;
    }
  }

  function refine(coefficients: Int16Array, at: number): void {
    const value = coefficients[at] ?? 0;
    if (reader.readBits(1) === 1 && (Math.abs(value) & bit) === 0) coefficients[at] = value + (value > 0 ? bit : -bit);
  }

  function refinement(coefficients: Int16Array, offset: number, ac: HuffmanTable): void {
    let index = start;
    if (bandsToSkip === 0) {
      for (; index <= end; index += 1) {
        const symbol = reader.readSymbol(ac);
        let zeros = symbol >> 4;
        const size = symbol & 15;
        if (size > 1) throw new PictureError('The picture data are damaged: a refinement has too many bits.');
        let value = 0;
        if (size === 1) value = reader.readBits(1) === 1 ? bit : -bit;
        else if (zeros < 15) {
          bandsToSkip = (1 << zeros) + reader.readBits(zeros);
          break;
        }
        for (; index <= end; index += 1) {
          const at = offset + (naturalOrder[index] ?? 0);
          if ((coefficients[at] ?? 0) !== 0) refine(coefficients, at);
          else if (zeros === 0) {
            if (value !== 0) coefficients[at] = value;
            break;
          } else zeros -= 1;
        }
      }
    }
    if (bandsToSkip === 0) return;
    for (; index <= end; index += 1) {
      const at = offset + (naturalOrder[index] ?? 0);
      if ((coefficients[at] ?? 0) !== 0) refine(coefficients, at);
    }
    bandsToSkip -= 1;
  }

  return {
    restart: () => void (bandsToSkip = 0),
    at({ component, ac }, index) {
      if (ac === undefined) throw new PictureError('A table is missing.');
      if (component.coefficients === null) return;
      (high > 0 ? refinement : first)(component.coefficients, index * 64, ac);
    },
  };
}

/** Turns the values of a progressive picture into samples, once all scans were read. */
export function finishProgressive({ components, scale }: Frame, { quantization }: Tables): void {
  const size = scale === 1 ? 1 : 64;
  for (const component of components) {
    const table = quantization[component.quantization];
    const { coefficients, stride, rows, plane } = component;
    if (table === undefined || coefficients === null) continue;
    for (let index = 0; index < stride * rows; index += 1) {
      for (let at = 0; at < size; at += 1) block[at] = (coefficients[index * size + at] ?? 0) * (table[at] ?? 1);
      const offset = Math.floor(index / stride) * scale * stride * scale + (index % stride) * scale;
      inverseTransform(block, scale, { plane, offset, stride: stride * scale });
    }
  }
}
