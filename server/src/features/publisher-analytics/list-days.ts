import type { AnalyticsDay } from '@proofpix/contract/api/publisher-analytics';
import type { AnalyticsGroup } from '@proofpix/contract/publisher-analytics';
import type { Database } from '../../db/database.ts';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import { addDays, dayOf } from '../plugins/metrics/day-span.ts';
import { findBounds, readInstalled, readSteps, readUsage, type Span } from './queries.ts';
import { everyMeasure, figuresOf, refuseForeign, spanOf, type Asking } from './read-analytics.ts';

type Asked = {
  from?: string | undefined;
  to?: string | undefined;
  by?: AnalyticsGroup | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
};

const usualDays = 90;

/** @throws Problem publisher_not_found, release_not_found, invalid_request */
export async function listAnalyticsDays(
  db: Database,
  asking: Asking,
  { by = 'day', cursor, limit = usualDays, ...asked }: Asked,
): Promise<{ items: AnalyticsDay[]; nextCursor: string | null }> {
  return asSystem(db, 'publisher-analytics', async (tx) => {
    await refuseForeign(tx, asking);
    const { begun, ...bounds } = await findBounds(tx, asking);
    const { from, to } = spanOf(asked, bounds);
    const begin = dayOf('cursor', cursor) ?? from;
    if (bounds.first === null || begin < from || begin > to) return { items: [], nextCursor: null };
    const end = addDays(begin, limit - 1);
    const page = { from: begin, to: end < to ? end : to };
    const items = by === 'day' ? await wholeDays(tx, asking, page, begun) : await apart(tx, asking, page, by);
    return { items, nextCursor: end < to ? addDays(end, 1) : null };
  });
}

/** Each day, also one of which nothing is told: a history without holes. */
async function wholeDays(tx: Tx, asking: Asking, span: Span, begun: readonly string[]): Promise<AnalyticsDay[]> {
  const rows = [
    ...(await readSteps(tx, asking, { part: 'all', ...span })),
    ...(await readInstalled(tx, asking, { part: 'all', ...span })),
  ];
  const usage = await readUsage(tx, asking, span);
  const [rowsOf, usageOf] = [Map.groupBy(rows, ({ day }) => day), Map.groupBy(usage, ({ day }) => day)];
  const days: AnalyticsDay[] = [];
  for (let day = span.from; day <= span.to; day = addDays(day, 1))
    days.push({ day, value: null, ...figuresOf(rowsOf.get(day) ?? [], usageOf.get(day) ?? [], begun) });
  return days;
}

/** Only of what something is told. */
async function apart(
  tx: Tx,
  asking: Asking,
  span: Span,
  part: Exclude<AnalyticsGroup, 'day'>,
): Promise<AnalyticsDay[]> {
  const steps = await readSteps(tx, asking, { part, ...span });
  const isVersion = part === 'version';
  const rows = isVersion ? [...steps, ...(await readInstalled(tx, asking, { part, ...span }))] : steps;
  const usage = isVersion ? await readUsage(tx, asking, span) : [];
  const keys = new Set([
    ...rows.map(({ day, value }) => `${day} ${value}`),
    ...usage.map(({ day, version }) => `${day} ${version}`),
  ]);
  const rowsOf = Map.groupBy(rows, ({ day, value }) => `${day} ${value}`);
  const usageOf = Map.groupBy(usage, ({ day, version }) => `${day} ${version}`);
  return [...keys].sort().map((key) => {
    const [day = '', value = ''] = key.split(' ');
    const figures = figuresOf(rowsOf.get(key) ?? [], usageOf.get(key) ?? [], everyMeasure);
    const { views, impressions, downloads, ...rest } = figures;
    const shown = isVersion ? { downloads, ...rest } : { views, impressions, downloads };
    return { day, value: value === '' ? null : value, ...shown };
  });
}
