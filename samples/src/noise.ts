/** Repeatable noise: the same on every machine, because it is whole-number arithmetic. */
export type Noise = {
  /** 0 to 1 for a whole-number point, unrelated to its neighbours. */
  grain(x: number, y: number): number;
  /** 0 to 1, smooth. */
  smooth(x: number, y: number): number;
  /** 0 to 1, smooth with finer and finer detail. */
  cloudy(x: number, y: number, octaves: number): number;
};

export function createNoise(seed: number): Noise {
  const start = Math.imul(seed + 1, 0x9e3779b1);

  function grain(x: number, y: number): number {
    let hash = start ^ Math.imul(x, 0x85ebca6b) ^ Math.imul(y, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
    return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
  }

  function smooth(x: number, y: number): number {
    const left = Math.floor(x);
    const top = Math.floor(y);
    const across = ease(x - left);
    const down = ease(y - top);
    const above = mix(grain(left, top), grain(left + 1, top), across);
    const below = mix(grain(left, top + 1), grain(left + 1, top + 1), across);
    return mix(above, below, down);
  }

  return {
    grain,
    smooth,
    cloudy(x, y, octaves) {
      let sum = 0;
      let weight = 0.5;
      for (let octave = 0; octave < octaves; octave += 1) {
        sum += weight * smooth(x, y + octave * 37);
        x *= 2.03;
        y *= 2.03;
        weight *= 0.5;
      }
      return sum / (1 - weight * 2);
    },
  };
}

export function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

function ease(share: number): number {
  return share * share * (3 - 2 * share);
}
