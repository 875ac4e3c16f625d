/** Basis of the inverse cosine transform that makes `scale` samples of a row of coefficients, by scale. */
const bases = new Map(
  [1, 2, 4, 8].map((scale) => {
    const basis = new Float32Array(scale * scale);
    for (let n = 0; n < scale; n += 1) {
      for (let k = 0; k < scale; k += 1) {
        const weight = Math.sqrt((k === 0 ? 1 : 2) / scale) * Math.sqrt(scale / 8);
        basis[n * scale + k] = weight * Math.cos(((2 * n + 1) * k * Math.PI) / (2 * scale));
      }
    }
    return [scale, basis] as const;
  }),
);

const rows = new Float32Array(64);

/**
 * Turns a block of dequantised values into samples. At a smaller scale only the low frequencies count: the result is the
 * picture at that size, not every n-th sample.
 */
export function inverseTransform(
  block: Float32Array,
  scale: number,
  target: { plane: Uint8Array; offset: number; stride: number },
): void {
  const { plane, offset, stride } = target;
  if (scale === 1) {
    plane[offset] = clamped((block[0] ?? 0) / 8 + 128);
    return;
  }
  const basis = bases.get(scale) ?? rows;
  for (let v = 0; v < scale; v += 1) {
    for (let x = 0; x < scale; x += 1) {
      let sum = 0;
      for (let u = 0; u < scale; u += 1) sum += (block[v * 8 + u] ?? 0) * (basis[x * scale + u] ?? 0);
      rows[v * 8 + x] = sum;
    }
  }
  for (let y = 0; y < scale; y += 1) {
    for (let x = 0; x < scale; x += 1) {
      let sum = 0;
      for (let v = 0; v < scale; v += 1) sum += (rows[v * 8 + x] ?? 0) * (basis[y * scale + v] ?? 0);
      plane[offset + y * stride + x] = clamped(sum + 128);
    }
  }
}

function clamped(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
}
