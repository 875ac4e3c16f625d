/** Pixels: three bytes each (red, green, blue), row by row. */
export type Picture = { width: number; height: number; rgb: Uint8Array };

/** The same without colour: one byte a pixel. */
export type GreyPicture = { width: number; height: number; grey: Uint8Array };

/** Luma by the weights of Rec. 601, which JPEG uses too. */
export function toGrey({ width, height, rgb }: Picture): GreyPicture {
  const grey = new Uint8Array(width * height);
  for (let at = 0; at < grey.length; at += 1) {
    grey[at] = (77 * (rgb[at * 3] ?? 0) + 150 * (rgb[at * 3 + 1] ?? 0) + 29 * (rgb[at * 3 + 2] ?? 0) + 128) >> 8;
  }
  return { width, height, grey };
}

/** A part of a picture. What lies outside of it is cut off. */
export function crop(picture: Picture, left: number, top: number, width: number, height: number): Picture {
  const x = Math.max(0, Math.min(picture.width - 1, Math.round(left)));
  const y = Math.max(0, Math.min(picture.height - 1, Math.round(top)));
  const right = Math.max(x + 1, Math.min(picture.width, Math.round(left + width)));
  const bottom = Math.max(y + 1, Math.min(picture.height, Math.round(top + height)));
  const rgb = new Uint8Array((right - x) * (bottom - y) * 3);
  for (let row = y; row < bottom; row += 1) {
    const from = (row * picture.width + x) * 3;
    rgb.set(picture.rgb.subarray(from, from + (right - x) * 3), (row - y) * (right - x) * 3);
  }
  return { width: right - x, height: bottom - y, rgb };
}
