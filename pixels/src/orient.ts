import type { Picture } from './picture.ts';

/**
 * Turns a picture as the EXIF tag `Orientation` asks for: 1 as it is, 2 mirrored, 3 by 180°, 4 upside down, 5 to 8 with
 * sides exchanged (6 a quarter to the right, 8 to the left). Anything else leaves it as it is.
 */
export function orient(picture: Picture, orientation: number): Picture {
  if (!(Number.isInteger(orientation) && orientation >= 2 && orientation <= 8)) return picture;
  const { width, height, rgb } = picture;
  const turned = orientation >= 5;
  const target = { width: turned ? height : width, height: turned ? width : height, rgb: new Uint8Array(rgb.length) };
  for (let y = 0; y < target.height; y += 1) {
    for (let x = 0; x < target.width; x += 1) {
      const [along, down] = turned ? [y, x] : [x, y];
      const fromX = [2, 3, 7, 8].includes(orientation) ? width - 1 - along : along;
      const fromY = [3, 4, 6, 7].includes(orientation) ? height - 1 - down : down;
      const from = (fromY * width + fromX) * 3;
      const to = (y * target.width + x) * 3;
      for (let channel = 0; channel < 3; channel += 1) target.rgb[to + channel] = rgb[from + channel] ?? 0;
    }
  }
  return target;
}

/** A place in a picture as fractions of its width and height. */
export type Region = { x: number; y: number; width: number; height: number };

/** The same place after the picture was turned as `orient` does it. */
export function orientRegion(region: Region, orientation: number): Region {
  const { x, y, width, height } = region;
  const mirroredX = 1 - x - width;
  const mirroredY = 1 - y - height;
  switch (orientation) {
    case 2:
      return { ...region, x: mirroredX };
    case 3:
      return { ...region, x: mirroredX, y: mirroredY };
    case 4:
      return { ...region, y: mirroredY };
    case 5:
      return { x: y, y: x, width: height, height: width };
    case 6:
      return { x: mirroredY, y: x, width: height, height: width };
    case 7:
      return { x: mirroredY, y: mirroredX, width: height, height: width };
    case 8:
      return { x: y, y: mirroredX, width: height, height: width };
    default:
      return region;
  }
}
