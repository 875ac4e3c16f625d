import { createNoise, mix, type Noise } from './noise.ts';
import type { Picture } from '@proofpix/pixels/picture';

type Colour = readonly [red: number, green: number, blue: number];
/** The far side of the lake, from the back to the front: fractions of the picture's height. */
type Ridge = { height: number; rise: number; detail: number; trees: number; colour: Colour; mist: number };

const sky = { top: [92, 113, 138], horizon: [186, 194, 198], cloud: [214, 216, 216] } as const;
const mist: Colour = [158, 170, 178];
const ridges: readonly Ridge[] = [
  { height: 0.3, rise: 0.2, detail: 3.1, trees: 0, colour: [122, 136, 150], mist: 0.3 },
  { height: 0.37, rise: 0.17, detail: 4.3, trees: 0, colour: [96, 111, 124], mist: 0.3 },
  { height: 0.45, rise: 0.12, detail: 5.2, trees: 0.004, colour: [77, 95, 104], mist: 0.26 },
  { height: 0.53, rise: 0.07, detail: 6.5, trees: 0.012, colour: [58, 77, 80], mist: 0.2 },
  { height: 0.59, rise: 0.045, detail: 7.7, trees: 0.02, colour: [41, 60, 58], mist: 0.12 },
];
const shore = 0.635;
const meadow = { start: 0.72, far: [96, 108, 62], near: [70, 83, 40] } as const;

/** A calm lake under hills, with a red house on the meadow before it. The same seed gives the same picture. */
export function drawLandscape(width: number, height: number, seed: number): Picture {
  const noise = createNoise(seed);
  const rgb = new Uint8Array(width * height * 3);
  const tops = ridges.map((ridge, index) => ridgeLine(ridge, index, width, height, noise));
  const meadowTop = Float32Array.from({ length: width }, (_, x) => {
    return height * (meadow.start + 0.02 * (noise.smooth((x / width) * 2.2, 91) - 0.5));
  });

  for (let x = 0; x < width; x += 1) {
    for (let y = 0; y < height; y += 1) {
      const colour = colourAt(x, y);
      const grain = (noise.grain(x, y) - 0.5) * 7;
      const at = 3 * (y * width + x);
      for (let channel = 0; channel < 3; channel += 1) {
        rgb[at + channel] = Math.max(0, Math.min(255, Math.round((colour[channel] ?? 0) + grain)));
      }
    }
  }
  const picture = { width, height, rgb };
  drawHouse(picture, noise);
  return picture;

  function colourAt(x: number, y: number): Colour {
    if (y >= (meadowTop[x] ?? height)) return grass(x, y);
    const shoreLine = shore * height;
    return y < shoreLine ? beyond(x, y) : water(x, y, shoreLine);
  }

  function beyond(x: number, y: number): Colour {
    for (let index = ridges.length - 1; index >= 0; index -= 1) {
      const ridge = ridges[index];
      const top = tops[index]?.[x] ?? height;
      if (ridge === undefined || y < top) continue;
      const depth = Math.min(1, (y - top) / (height * 0.13));
      const light = 0.9 + 0.2 * noise.smooth((x / width) * 60 * ridge.rise + index * 9, (y / height) * 40);
      return shade(blend(ridge.colour, mist, ridge.mist * depth * 2), light);
    }
    return air(x, y);
  }

  function air(x: number, y: number): Colour {
    const down = Math.min(1, y / (height * 0.5));
    const clear = blend(sky.top, sky.horizon, down);
    const cover = noise.cloudy((x / width) * 4 + 3, (y / height) * 11, 5);
    return blend(clear, sky.cloud, Math.max(0, Math.min(0.85, (cover - 0.46) * 4.2)) * (1 - 0.5 * down));
  }

  /** The far side upside down, darker, broken by ripples that grow towards us. */
  function water(x: number, y: number, shoreLine: number): Colour {
    const near = (y - shoreLine) / (height * (meadow.start - shore));
    const ripple = (noise.smooth((x / width) * 30, (y / height) * 420) - 0.5) * (2 + 9 * near) * (width / 1600);
    const mirrored = shoreLine - (y - shoreLine) * 2.1;
    const from = Math.max(0, Math.min(width - 1, Math.round(x + ripple)));
    const wave = noise.smooth((x / width) * 14, (y / height) * 300);
    return shade(
      blend(beyond(from, Math.max(0, Math.round(mirrored + ripple))), [86, 104, 116], 0.3),
      0.8 + 0.12 * wave,
    );
  }

  function grass(x: number, y: number): Colour {
    const near = (y / height - meadow.start) / (1 - meadow.start);
    const patches = noise.cloudy((x / width) * 9, (y / height) * 26, 3);
    const blades = noise.smooth((x / width) * (900 - 500 * near), (y / height) * (500 - 330 * near));
    return shade(blend(meadow.far, meadow.near, near), 0.72 + 0.34 * patches + 0.22 * (blades - 0.5));
  }
}

function ridgeLine(ridge: Ridge, index: number, width: number, height: number, noise: Noise): Float32Array {
  return Float32Array.from({ length: width }, (_, x) => {
    const along = x / width;
    const hills = noise.cloudy(along * ridge.detail, 11 + index * 5, index < 2 ? 6 : 4);
    const slot = Math.floor(along * 420);
    const within = Math.abs(along * 420 - slot - 0.5) * 2;
    const tree = ridge.trees * (0.35 + 0.65 * noise.grain(slot, index)) * (1 - within);
    return height * (ridge.height + ridge.rise * (0.5 - hills) * 1.6 - tree);
  });
}

type Shape = { colour: Colour; corners: readonly (readonly [x: number, y: number])[] };

/** In a field of 100 × 80 whose lower edge stands on the meadow. */
const house: readonly Shape[] = [
  {
    colour: [48, 56, 32],
    corners: [
      [-6, 80],
      [112, 80],
      [128, 86],
      [4, 86],
    ],
  },
  {
    colour: [142, 44, 40],
    corners: [
      [0, 36],
      [62, 36],
      [62, 80],
      [0, 80],
    ],
  },
  {
    colour: [108, 34, 33],
    corners: [
      [62, 36],
      [81, 8],
      [100, 34],
      [100, 78],
      [62, 80],
    ],
  },
  {
    colour: [54, 56, 60],
    corners: [
      [-5, 38],
      [16, 6],
      [81, 6],
      [64, 38],
    ],
  },
  {
    colour: [74, 76, 79],
    corners: [
      [81, 6],
      [103, 36],
      [99, 36],
      [80, 11],
      [66, 38],
      [63, 38],
    ],
  },
  {
    colour: [120, 66, 56],
    corners: [
      [28, -4],
      [36, -4],
      [36, 12],
      [28, 12],
    ],
  },
  {
    colour: [214, 214, 204],
    corners: [
      [8, 48],
      [23, 48],
      [23, 64],
      [8, 64],
    ],
  },
  {
    colour: [62, 76, 86],
    corners: [
      [10, 50],
      [21, 50],
      [21, 62],
      [10, 62],
    ],
  },
  {
    colour: [214, 214, 204],
    corners: [
      [40, 48],
      [55, 48],
      [55, 64],
      [40, 64],
    ],
  },
  {
    colour: [62, 76, 86],
    corners: [
      [42, 50],
      [53, 50],
      [53, 62],
      [42, 62],
    ],
  },
  {
    colour: [198, 196, 186],
    corners: [
      [74, 46],
      [88, 45],
      [88, 79],
      [74, 80],
    ],
  },
  {
    colour: [70, 48, 42],
    corners: [
      [76, 48],
      [86, 47],
      [86, 79],
      [76, 80],
    ],
  },
];

function drawHouse(picture: Picture, noise: Noise): void {
  const scale = picture.width / 1000;
  const left = picture.width * 0.62;
  const top = picture.height * 0.775 - 80 * scale;
  for (const { colour, corners } of house) {
    fillPolygon(
      picture,
      corners.map(([x, y]) => [left + x * scale, top + y * scale] as const),
      (x, y) => shade(colour, 0.9 + 0.16 * noise.smooth(x / 3, y / 9) + 0.06 * (noise.grain(x, y) - 0.5)),
    );
  }
}

/** Fills what lies inside by the even-odd rule, pixel centre by pixel centre. */
function fillPolygon(
  { width, height, rgb }: Picture,
  corners: readonly (readonly [number, number])[],
  colourAt: (x: number, y: number) => Colour,
): void {
  const top = Math.max(0, Math.floor(Math.min(...corners.map(([, y]) => y))));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(...corners.map(([, y]) => y))));
  for (let y = top; y <= bottom; y += 1) {
    const crossings = corners
      .flatMap(([x1, y1], index) => {
        const [x2, y2] = corners[(index + 1) % corners.length] ?? [x1, y1];
        const middle = y + 0.5;
        return y1 <= middle === y2 <= middle ? [] : [x1 + ((middle - y1) / (y2 - y1)) * (x2 - x1)];
      })
      .sort((a, b) => a - b);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const from = Math.max(0, Math.round(crossings[pair] ?? 0));
      const to = Math.min(width, Math.round(crossings[pair + 1] ?? 0));
      for (let x = from; x < to; x += 1) rgb.set(colourAt(x, y).map(Math.round), 3 * (y * width + x));
    }
  }
}

function blend(from: Colour, to: Colour, share: number): Colour {
  return [mix(from[0], to[0], share), mix(from[1], to[1], share), mix(from[2], to[2], share)];
}

function shade([red, green, blue]: Colour, light: number): Colour {
  return [red * light, green * light, blue * light];
}
