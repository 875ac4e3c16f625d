import type { Metadata } from '@proofpix/contract/findings';

export type Position = { latitude: number; longitude: number };

export function positionOf(metadata: Metadata): Position | null {
  const { latitude, longitude } = metadata;
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return null;
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return null;
  return { latitude, longitude };
}

export function positionText({ latitude, longitude }: Position, digits = 4): string {
  const half = (value: number, plus: string, minus: string) =>
    `${Math.abs(value).toFixed(digits)}° ${value < 0 ? minus : plus}`;
  return `${half(latitude, 'N', 'S')}, ${half(longitude, 'E', 'W')}`;
}

const directions = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'];

/** 148 → "148° (south-east)" */
export function directionText(degrees: number): string {
  const turned = ((degrees % 360) + 360) % 360;
  return `${Math.round(turned)}° (${directions[Math.round(turned / 45) % 8]})`;
}
