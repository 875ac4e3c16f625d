import type { Metadata } from '@proofpix/contract/findings';
import type { TFunction } from 'i18next';

export type Position = { latitude: number; longitude: number };

export function positionOf(metadata: Metadata): Position | null {
  const { latitude, longitude } = metadata;
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return null;
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return null;
  return { latitude, longitude };
}

/** N, S, E and W are written so in every language of the field: an E for Ost would be read as a letter of another word. */
export function positionText({ latitude, longitude }: Position, digits = 4): string {
  const half = (value: number, plus: string, minus: string) =>
    `${Math.abs(value).toFixed(digits)}° ${value < 0 ? minus : plus}`;
  return `${half(latitude, 'N', 'S')}, ${half(longitude, 'E', 'W')}`;
}

const directions = ['north', 'northEast', 'east', 'southEast', 'south', 'southWest', 'west', 'northWest'] as const;

/** 148 → "148° (south-east)" */
export function directionText(t: TFunction<'runs'>, degrees: number): string {
  const turned = ((degrees % 360) + 360) % 360;
  const direction = directions[Math.round(turned / 45) % 8] ?? 'north';
  return `${Math.round(turned)}° (${t(`directions.${direction}`)})`;
}
