import type { AnalyticsDay } from '@proofpix/contract/api/publisher-analytics';
import { dayInUtc, monthInUtc } from '../../ui/format.ts';

export type Measure = Exclude<keyof AnalyticsDay, 'day' | 'value'>;
/** A bar of a chart. Null: nothing is told. */
export type Point = { label: string; value: number | null; bad: number | null };

const mostDays = 92;
const mostWeeks = 53;
const dayMilliseconds = 86_400_000;

/** States are as at the end of a bar, and times the longest of it; everything else is added up. */
const lasting: ReadonlySet<Measure> = new Set(['installed', 'active']);
const longest: ReadonlySet<Measure> = new Set(['p50Milliseconds', 'p95Milliseconds']);

/** A bar a day, a week from three months on, a month from a year on: so that each can be seen. */
export function pointsOf(days: readonly AnalyticsDay[], measure: Measure, bad?: Measure): Point[] {
  const label = labelling(days.length);
  const groups = Map.groupBy(days, ({ day }) => label(day));
  return [...groups].map(([name, own]) => ({
    label: name,
    value: togetherOf(own, measure),
    bad: bad === undefined ? null : togetherOf(own, bad),
  }));
}

function labelling(days: number): (day: string) => string {
  if (days <= mostDays) return dayInUtc;
  if (days > mostWeeks * 7) return (day) => monthInUtc(day.slice(0, 7));
  return (day) => {
    const time = Date.parse(day);
    const monday = new Date(time - ((new Date(time).getUTCDay() + 6) % 7) * dayMilliseconds).toISOString().slice(0, 10);
    return `${dayInUtc(monday)} ${monday.slice(0, 4)}`;
  };
}

function togetherOf(days: readonly AnalyticsDay[], measure: Measure): number | null {
  const told = days.map((day) => day[measure]).filter((value) => typeof value === 'number');
  if (told.length === 0) return null;
  if (lasting.has(measure)) return told.at(-1) ?? null;
  if (longest.has(measure)) return Math.max(...told);
  return told.reduce((sum, value) => sum + value, 0);
}
