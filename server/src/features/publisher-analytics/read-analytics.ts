import type { AnalyticsFigures, PublisherAnalytics } from '@proofpix/contract/api/publisher-analytics';
import { Problem } from '@proofpix/contract/errors';
import { installMeasures, visitMeasures } from '@proofpix/contract/publisher-analytics';
import type { Database } from '../../db/database.ts';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import { addDays, dayOf } from '../plugins/metrics/day-span.ts';
import { readPercentiles } from '../plugins/metrics/read-percentiles.ts';
import { ownPublisher } from '../publishers/keep-publishers.ts';
import { listReleases } from '../releases/queries.ts';
import {
  findBounds,
  readCohorts,
  readInstalled,
  readSteps,
  readUsage,
  type CohortRow,
  type PluginName,
  type Span,
  type StepRow,
  type UsageRow,
} from './queries.ts';

/** Null: the operator, who sees what every publisher sees. */
export type Asking = PluginName & { organisationId: string | null };
type Bounds = { first: string | null; counted: string | null };
type Asked = { from?: string | undefined; to?: string | undefined };

const usualDays = 28;
/** Named in a summary; the rest of a long history is in the days. */
const mostNamed = 100;

/** @throws Problem publisher_not_found, release_not_found, invalid_request */
export async function readPublisherAnalytics(db: Database, asking: Asking, asked: Asked): Promise<PublisherAnalytics> {
  return asSystem(db, 'publisher-analytics', async (tx) => {
    await refuseForeign(tx, asking);
    const bounds = await findBounds(tx, asking);
    const span = spanOf(asked, bounds);
    const steps = async (part: Parameters<typeof readSteps>[2]['part']) => readSteps(tx, asking, { part, ...span });
    const usage = await readUsage(tx, asking, span);
    const [all, versions] = [await steps('all'), await steps('version')];
    const last = bounds.counted !== null && bounds.counted < span.to ? bounds.counted : span.to;
    const end = { from: last, to: last };
    const installed = await readInstalled(tx, asking, { part: 'all', ...end });
    const byVersion = await readInstalled(tx, asking, { part: 'version', ...end });
    return {
      ...span,
      firstDay: bounds.first,
      lastDay: bounds.counted,
      figures: figuresOf([...all, ...installed], usage, bounds.begun),
      versions: groupsOf([...versions, ...byVersion], usage),
      countries: visitsOf(await steps('country')),
      clients: visitsOf(await steps('client')),
      changes: (await namedSums(steps('change'))).map(({ value, sum }) => {
        const [from = '', to = ''] = value.split(' ');
        return { from, to, updates: sum };
      }),
      terms: (await namedSums(steps('term'))).map(({ value, sum }) => ({ term: value, organisations: sum })),
      // Their day is the Monday of a week that may have begun before.
      retention: cohortsOf(await readCohorts(tx, asking, { from: addDays(span.from, -6), to: span.to })),
    };
  });
}

/** What belongs to others is as good as missing. @throws Problem publisher_not_found, release_not_found */
export async function refuseForeign(tx: Tx, { organisationId, publisher, pluginId }: Asking): Promise<void> {
  if (organisationId !== null) await ownPublisher(tx, { organisationId, name: publisher });
  if ((await listReleases(tx, { publisher, pluginId })).length === 0) throw new Problem('release_not_found');
}

/** Neither before the first day nor after the last: there is nothing. @throws Problem invalid_request */
export function spanOf({ from, to }: Asked, { first, counted }: Bounds): Span {
  const today = new Date().toISOString().slice(0, 10);
  const end = counted !== null && counted > today ? counted : today;
  const wanted = dayOf('to', to) ?? end;
  const last = wanted < end ? wanted : end;
  const asked = dayOf('from', from) ?? addDays(last, 1 - usualDays);
  if (asked > wanted) throw new Problem('invalid_request', undefined, [{ field: 'from', message: 'is behind to' }]);
  const known = first !== null && first > asked ? first : asked;
  return { from: known > last ? last : known, to: last };
}

/** Null: fewer than five. Nought only where there never was anything: a day on which something began is no secret. */
export function figuresOf(
  rows: readonly StepRow[],
  usage: readonly UsageRow[],
  begun: readonly string[],
): AnalyticsFigures {
  const of = (measure: string) => {
    const sum = rows.filter((row) => row.measure === measure).reduce((total, row) => total + row.told, 0);
    return sum === 0 && begun.includes(measure) ? null : sum;
  };
  return {
    views: of('views'),
    impressions: of('impressions'),
    downloads: of('downloads'),
    installs: of('installs'),
    uninstalls: of('uninstalls'),
    updates: of('updates'),
    installed: of('installed'),
    active: of('active'),
    ...usageOf(usage),
  };
}

export function usageOf(
  rows: readonly UsageRow[],
): Pick<AnalyticsFigures, 'calls' | 'errors' | 'p50Milliseconds' | 'p95Milliseconds'> {
  if (rows.length === 0) return { calls: null, errors: null, p50Milliseconds: null, p95Milliseconds: null };
  return {
    calls: rows.reduce((total, row) => total + row.calls, 0),
    errors: rows.reduce((total, row) => total + row.errors, 0),
    ...readPercentiles(rows.map(({ latency }) => latency)),
  };
}

/** Everything that any row may be about: in a group nothing is told to be nought. */
export const everyMeasure: readonly string[] = [...visitMeasures, ...installMeasures, 'installed', 'active'];

function groupsOf(rows: readonly StepRow[], usage: readonly UsageRow[]): PublisherAnalytics['versions'] {
  const values = namesOf([...rows.map(({ value }) => value), ...usage.map(({ version }) => version)]);
  return values.map((value) => {
    const {
      views: _views,
      impressions: _impressions,
      ...figures
    } = figuresOf(
      rows.filter((row) => row.value === value),
      usage.filter((row) => row.version === value),
      everyMeasure,
    );
    return { value: value === '' ? null : value, ...figures };
  });
}

function visitsOf(rows: readonly StepRow[]): PublisherAnalytics['countries'] {
  return namesOf(rows.map(({ value }) => value)).map((value) => {
    const own = rows.filter((row) => row.value === value);
    const { views, impressions, downloads } = figuresOf(own, [], everyMeasure);
    return { value: value === '' ? null : value, views, impressions, downloads };
  });
}

/** The nameless rest comes last. */
function namesOf(values: readonly string[]): string[] {
  const names = [...new Set(values)].filter((value) => value !== '').sort();
  return [...names.slice(0, mostNamed), ...(values.includes('') ? [''] : [])];
}

async function namedSums(reading: Promise<StepRow[]>): Promise<{ value: string; sum: number }[]> {
  const sums = new Map<string, number>();
  for (const { value, told } of await reading) if (value !== '') sums.set(value, (sums.get(value) ?? 0) + told);
  const all = [...sums].map(([value, sum]) => ({ value, sum }));
  return all.sort((a, b) => b.sum - a.sum || (a.value < b.value ? -1 : 1)).slice(0, mostNamed);
}

function cohortsOf(rows: readonly CohortRow[]): PublisherAnalytics['retention'] {
  return [...new Set(rows.map(({ week }) => week))].flatMap((week) => {
    const after = (age: number) => rows.find((row) => row.week === week && row.age === age)?.told || null;
    const installed = after(0);
    return installed === null ? [] : [{ week, installed, after1: after(1), after4: after(4), after12: after(12) }];
  });
}
