import lookUp from '@photostructure/tz-lookup';
import { minute } from './instant.ts';

export type Zone = { name: string; offsetMinutes: number };

/** The time zone in force at a place and moment; null where the engine does not know it. */
export function zoneAt({ latitude, longitude }: { latitude: number; longitude: number }, moment: number): Zone | null {
  try {
    const name = lookUp(latitude, longitude);
    return { name, offsetMinutes: offsetOf(name, moment) };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function offsetOf(zone: string, moment: number): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return Math.round((wall - moment) / minute);
}
