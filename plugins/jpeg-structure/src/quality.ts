import { chrominance, luminance } from '@proofpix/pixels/jpeg/tables';

/** The quality at which libjpeg, the encoder of most software, writes exactly these tables; null when it never does. */
export function ijgQuality(tables: readonly (readonly number[] | undefined)[]): number | null {
  const present = tables.filter((table) => table !== undefined);
  const [first] = present;
  if (first === undefined) return null;
  for (let quality = 1; quality <= 100; quality += 1) {
    const fine = scaled(luminance, quality);
    if (!same(first, fine)) continue;
    const coarse = scaled(chrominance, quality);
    return present.every((table) => same(table, fine) || same(table, coarse)) ? quality : null;
  }
  return null;
}

function same(one: readonly number[], other: readonly number[]): boolean {
  return one.every((value, index) => value === other[index]);
}

function scaled(table: readonly number[], quality: number): number[] {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return table.map((value) => Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100))));
}
