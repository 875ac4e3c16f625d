import { Readable } from 'node:stream';
import type { AnalyticsDay } from '@proofpix/contract/api/publisher-analytics';
import type { AnalyticsGroup } from '@proofpix/contract/publisher-analytics';
import type { Database } from '../../db/database.ts';
import { csvLine } from '../../http/csv-line.ts';
import { listAnalyticsDays } from './list-days.ts';
import type { Asking } from './read-analytics.ts';

const daysOfBatch = 90;
/** Before anything was published. */
const beginning = '2000-01-01';

const columns = [
  'views',
  'impressions',
  'downloads',
  'installs',
  'uninstalls',
  'updates',
  'installed',
  'active',
  'calls',
  'errors',
  'p50Milliseconds',
  'p95Milliseconds',
] as const satisfies readonly (keyof AnalyticsDay)[];

/**
 * The whole history unless a span is named. Read piece by piece as the client takes it. What is hidden is written as "<5",
 * and what is not told apart is left empty.
 * @throws Problem publisher_not_found, release_not_found, invalid_request
 */
export async function exportAnalyticsDays(
  db: Database,
  asking: Asking,
  { from = beginning, to, by }: { from?: string | undefined; to?: string | undefined; by?: AnalyticsGroup | undefined },
): Promise<Readable> {
  const read = (cursor: string | undefined) =>
    listAnalyticsDays(db, asking, { from, to, by, cursor, limit: daysOfBatch });
  // Before the first byte, so that a refusal is an answer of its own.
  let page = await read(undefined);
  async function* lines(): AsyncGenerator<string> {
    yield csvLine(['day', by === undefined || by === 'day' ? 'value' : by, ...columns]);
    for (;;) {
      yield page.items.map(lineOf).join('');
      if (page.nextCursor === null) return;
      page = await read(page.nextCursor);
    }
  }
  return Readable.from(lines(), { objectMode: false });
}

function lineOf(row: AnalyticsDay): string {
  return csvLine([row.day, row.value, ...columns.map((name) => cellOf(row[name]))]);
}

function cellOf(value: number | null | undefined): string | number | null {
  if (value === undefined) return null;
  return value ?? '<5';
}
