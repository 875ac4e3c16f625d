import type { ToldPlugin } from '@proofpix/contract/erase-event';
import type { Json } from '@proofpix/contract/json';
import { runHook } from '@proofpix/host/run-hook';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { JobIds } from '../../../queue.ts';
import type { PrivacyParts } from '../parts.ts';
import { findNotice, writeTold } from './queries.ts';

/** A plugin that fails so often is not asked again; the list of notices says so. */
const mostAttempts = 5;
const waits = [10_000, 60_000, 10 * 60_000, 60 * 60_000];

type Parts = Pick<PrivacyParts, 'db' | 'host' | 'queue'>;

/** Raises `data:erase` in the plugins that have not yet said that they forgot. */
export async function tellToErase(
  { db, host, queue }: Parts,
  { organisationId, id }: JobIds,
  signal: AbortSignal,
): Promise<void> {
  const read = <T>(work: Parameters<typeof withOrganisation<T>>[2]) => withOrganisation(db, organisationId, work);
  const row = await read((tx) => findNotice(tx, id));
  if (row === undefined || row.finished_at !== null) return;
  const done = row.told.filter(({ ok }) => ok);
  const failed = row.told.filter(({ ok }) => !ok).map(({ plugin }) => plugin);
  const results = await runHook(host, {
    organisationId,
    hook: 'data:erase',
    data: { event: row.event as unknown as Json }, // made of texts and lists of texts
    ...(row.attempts === 0 ? {} : { plugins: failed }),
    signal,
  });
  const answers: ToldPlugin[] = results.map(({ plugin, error }) => ({
    plugin,
    ok: error === undefined,
    error: error === undefined ? null : error.code,
  }));
  const told = [...done, ...answers];
  const finished = answers.every(({ ok }) => ok) || row.attempts + 1 >= mostAttempts;
  await read(async (tx) => {
    await writeTold(tx, id, { told, finished });
    if (finished) return;
    const after = new Date(Date.now() + (waits[row.attempts] ?? 0));
    await queue.send(tx, 'erase-notice', { organisationId, id }, { after });
  });
}
