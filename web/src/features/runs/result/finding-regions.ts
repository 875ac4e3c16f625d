import type { Json } from '@proofpix/contract/json';
import type { Run } from '@proofpix/contract/runs';

export type Region = { x: number; y: number; width: number; height: number };
type Finding = Run['findings'][number];

const mostRegions = 8;

/** Where a finding is in the picture: its own region, then those that its evidence names. Two of them are a pair. */
export function regionsOf({ region, evidence }: Finding): Region[] {
  const named = Object.values(evidence ?? {}).flatMap(regionsIn);
  return [...(region === undefined ? [] : [region]), ...named].slice(0, mostRegions);
}

/** Evidence that is drawn is not written as well. */
export function isDrawn(value: Json): boolean {
  return regionsIn(value).length > 0;
}

function regionsIn(value: Json): Region[] {
  if (isRegion(value)) return [value];
  if (Array.isArray(value) && value.length <= mostRegions && value.every(isRegion)) return value;
  return [];
}

function isRegion(value: Json | undefined): value is Region {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { x, y, width, height } = value as { [key: string]: Json }; // an object that is no list
  const part = (number: Json | undefined) => typeof number === 'number' && number >= 0 && number <= 1;
  return part(x) && part(y) && part(width) && part(height) && Object.keys(value).length === 4;
}
