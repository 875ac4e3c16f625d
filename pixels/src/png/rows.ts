import type { Means } from './means.ts';

export type Header = {
  width: number;
  height: number;
  depth: number;
  /** Colour type of the PNG specification: 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  type: number;
  channels: number;
  interlaced: boolean;
  palette: Uint8Array | null;
  /** How opaque the palette's colours are. */
  transparency: Uint8Array | null;
};

/** One pass of Adam7, or the whole picture as a single one. */
type Pass = { x: number; y: number; stepX: number; stepY: number; width: number; height: number };

const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Takes the unpacked bytes as they come, cuts them into rows, undoes the filters and hands every pixel on. */
export function createRows(header: Header, means: Means) {
  const bitsPerPixel = header.channels * header.depth;
  const passes = passesOf(header);
  const rowsTotal = passes.reduce((sum, pass) => sum + pass.height, 0);
  const longest = Math.ceil((header.width * bitsPerPixel) / 8);
  const reach = Math.max(1, bitsPerPixel >> 3);
  let above = new Uint8Array(longest);
  let row = new Uint8Array(longest);
  let rowsDone = 0;
  let pass = passes.shift();
  let line = 0;
  let filter = -1;
  let filled = 0;

  function finishRow(current: Pass, length: number): void {
    undoFilter(filter, row.subarray(0, length), above, reach);
    emitRow(header, row, current, current.y + line * current.stepY, means);
    [above, row] = [row, above];
    filter = -1;
    filled = 0;
    line += 1;
    rowsDone += 1;
    if (line < current.height) return;
    pass = passes.shift();
    line = 0;
    above.fill(0);
  }

  return {
    get share(): number {
      return rowsTotal === 0 ? 0 : rowsDone / rowsTotal;
    },
    /** @returns whether the picture is whole: what follows is not looked at */
    push(bytes: Uint8Array): boolean {
      for (let at = 0; at < bytes.length && pass !== undefined;) {
        if (filter < 0) {
          filter = bytes[at] ?? 0;
          at += 1;
          continue;
        }
        const length = Math.ceil((pass.width * bitsPerPixel) / 8);
        const taken = bytes.subarray(at, at + length - filled);
        row.set(taken, filled);
        filled += taken.length;
        at += taken.length;
        if (filled === length) finishRow(pass, length);
      }
      return pass === undefined;
    },
  };
}

function passesOf({ width, height, interlaced }: Header): Pass[] {
  if (!interlaced) return [{ x: 0, y: 0, stepX: 1, stepY: 1, width, height }];
  return adam7
    .map(([x, y, stepX, stepY]) => ({
      x,
      y,
      stepX,
      stepY,
      width: Math.ceil((width - x) / stepX),
      height: Math.ceil((height - y) / stepY),
    }))
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

/** The filters of the PNG specification, chapter 9. An unknown one leaves the row as it is. */
function undoFilter(filter: number, row: Uint8Array, above: Uint8Array, reach: number): void {
  for (let at = 0; at < row.length; at += 1) {
    const left = at < reach ? 0 : (row[at - reach] ?? 0);
    const up = above[at] ?? 0;
    const corner = at < reach ? 0 : (above[at - reach] ?? 0);
    let guess = 0;
    if (filter === 1) guess = left;
    else if (filter === 2) guess = up;
    else if (filter === 3) guess = (left + up) >> 1;
    else if (filter === 4) guess = paeth(left, up, corner);
    row[at] = (row[at] ?? 0) + guess;
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const toLeft = Math.abs(guess - left);
  const toUp = Math.abs(guess - up);
  const toCorner = Math.abs(guess - corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function emitRow(header: Header, row: Uint8Array, pass: Pass, y: number, means: Means): void {
  const { depth, channels } = header;
  means.startRow(y);
  if (depth < 8 || header.type === 3) return emitNarrowRow(header, row, pass, means);
  // Of sixteen bits the upper eight.
  const bytes = depth >> 3;
  const colour = channels >= 3;
  const alphaAt = channels === 2 || channels === 4 ? (channels - 1) * bytes : -1;
  let at = 0;
  let x = pass.x;
  for (let index = 0; index < pass.width; index += 1) {
    const red = row[at] ?? 0;
    const green = colour ? (row[at + bytes] ?? 0) : red;
    const blue = colour ? (row[at + 2 * bytes] ?? 0) : red;
    const alpha = alphaAt < 0 ? 255 : (row[at + alphaAt] ?? 0);
    if (alpha === 255) means.add(x, red, green, blue);
    else means.add(x, onWhite(red, alpha), onWhite(green, alpha), onWhite(blue, alpha));
    at += channels * bytes;
    x += pass.stepX;
  }
}

/** Palettes, and grey of less than eight bits. */
function emitNarrowRow(
  { depth, type, palette, transparency }: Header,
  row: Uint8Array,
  pass: Pass,
  means: Means,
): void {
  const most = (1 << depth) - 1;
  for (let index = 0; index < pass.width; index += 1) {
    const bit = index * depth;
    const value = ((row[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & most;
    const x = pass.x + index * pass.stepX;
    if (type !== 3) {
      const grey = Math.round((value * 255) / most);
      means.add(x, grey, grey, grey);
      continue;
    }
    const alpha = transparency?.[value] ?? 255;
    const colour = (channel: number) => onWhite(palette?.[value * 3 + channel] ?? 0, alpha);
    means.add(x, colour(0), colour(1), colour(2));
  }
}

/** As paper shows it. */
function onWhite(value: number, alpha: number): number {
  return 255 + ((value - 255) * alpha) / 255;
}
