import type { Picture } from '../picture.ts';
import type { Component, Frame } from './frame.ts';

/** How the components make colours: by the Adobe segment where there is one. */
export type ColourHint = { adobeTransform: number | null };

/** Joins the planes of a frame into colours, at the frame's reduced size. */
export function toRgb({ width, height, components, h, v, scale }: Frame, { adobeTransform }: ColourHint): Picture {
  const picture = {
    width: Math.ceil((width * scale) / 8),
    height: Math.ceil((height * scale) / 8),
    rgb: new Uint8Array(0),
  };
  picture.rgb = new Uint8Array(picture.width * picture.height * 3);
  const [first, second, third, fourth] = components;
  if (first === undefined) return picture;
  const letters = String.fromCharCode(...components.map(({ id }) => id));
  const isRgb = components.length === 3 && (adobeTransform === 0 || (adobeTransform === null && letters === 'RGB'));
  const plain = isRgb || (components.length === 4 && adobeTransform !== 2);
  for (let y = 0; y < picture.height; y += 1) {
    const at = (component: Component, x: number): number => {
      const row = Math.floor((y * component.v) / v) * component.stride * scale;
      return component.plane[row + Math.floor((x * component.h) / h)] ?? 0;
    };
    for (let x = 0; x < picture.width; x += 1) {
      const to = (y * picture.width + x) * 3;
      let red = at(first, x);
      let green = red;
      let blue = red;
      if (second !== undefined && third !== undefined) {
        const b = at(second, x);
        const r = at(third, x);
        if (plain) [green, blue] = [b, r];
        else {
          green = red - 0.344136 * (b - 128) - 0.714136 * (r - 128);
          blue = red + 1.772 * (b - 128);
          red += 1.402 * (r - 128);
        }
      }
      if (fourth !== undefined) {
        // Adobe writes CMYK inverted: 255 is no ink. What comes from YCbCr is the ink.
        const light = at(fourth, x) / 255;
        if (!plain) [red, green, blue] = [255 - clamped(red), 255 - clamped(green), 255 - clamped(blue)];
        [red, green, blue] = [red * light, green * light, blue * light];
      }
      picture.rgb[to] = clamped(red);
      picture.rgb[to + 1] = clamped(green);
      picture.rgb[to + 2] = clamped(blue);
    }
  }
  return picture;
}

function clamped(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
}
