import type { Picture } from './picture.ts';

/** The size with the same shape whose longer side is `longestSide`; never larger than the picture. */
export function fitted(width: number, height: number, longestSide: number): { width: number; height: number } {
  const factor = Math.min(1, longestSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

/**
 * Resizes by the mean of what each new pixel covers: the way in which a small picture keeps what a large one shows.
 * @param covered how much of the picture counts, where its last column or row is only partly filled
 */
export function resize(
  picture: Picture,
  width: number,
  height: number,
  covered: { width: number; height: number } = picture,
): Picture {
  if (width === picture.width && height === picture.height) return picture;
  const between = new Float32Array(width * picture.height * 3);
  const columns = spans(covered.width, width);
  for (let y = 0; y < picture.height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const { from, weights } = columns[x] ?? noSpan;
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 0;
        let at = (y * picture.width + from) * 3 + channel;
        for (const weight of weights) {
          sum += weight * (picture.rgb[at] ?? 0);
          at += 3;
        }
        between[(y * width + x) * 3 + channel] = sum;
      }
    }
  }
  const rgb = new Uint8Array(width * height * 3);
  const lineBytes = width * 3;
  spans(covered.height, height).forEach(({ from, weights }, y) => {
    for (let x = 0; x < lineBytes; x += 1) {
      let sum = 0;
      let at = from * lineBytes + x;
      for (const weight of weights) {
        sum += weight * (between[at] ?? 0);
        at += lineBytes;
      }
      rgb[y * lineBytes + x] = Math.round(sum);
    }
  });
  return { width, height, rgb };
}

type Span = { from: number; weights: Float32Array };
const noSpan: Span = { from: 0, weights: new Float32Array(0) };

/** Which old pixels each new one covers, and by how much. */
function spans(before: number, after: number): Span[] {
  const step = before / after;
  return Array.from({ length: after }, (_, index) => {
    const start = index * step;
    const end = Math.min(before, start + step);
    const from = Math.min(before - 1, Math.floor(start));
    const until = Math.max(from + 1, Math.ceil(end - 1e-9));
    const weights = new Float32Array(until - from);
    for (let at = from; at < until; at += 1) {
      weights[at - from] = Math.max(0, Math.min(end, at + 1) - Math.max(start, at)) / (end - start);
    }
    return { from, weights };
  });
}
