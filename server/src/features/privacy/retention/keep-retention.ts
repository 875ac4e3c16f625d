import { setTimeout as wait } from 'node:timers/promises';
import { retentionKinds } from '@proofpix/contract/retention';
import { asSystem } from '../../../db/tenancy.ts';
import { deleteOld } from '../../plugins/prune-records.ts';
import { emptyOutbox } from '../erasure/outbox.ts';
import { eraseDueOrganisations } from '../organisation/erase-organisation.ts';
import type { PrivacyParts } from '../parts.ts';
import { deleteRows, lastRetentionRun, listOrganisations, rowsOfServer } from './queries.ts';
import { runRetention } from './run-retention.ts';

/** Not while the server starts, when everything else is more urgent. */
const firstAfter = 5 * 60_000;
const pause = 60 * 60_000;
const dayMilliseconds = 86_400_000;

/** Once a day for each organisation, wherever the server was in between: looks every hour whose day is over. */
export function keepRetention(parts: PrivacyParts): AsyncDisposable {
  const ending = new AbortController();
  async function work(): Promise<void> {
    const options = { signal: ending.signal, ref: false };
    for (let after = firstAfter; ; after = pause) {
      await wait(after, undefined, options);
      await deleteOfAll(parts, new Date(), ending.signal);
    }
  }
  const working = work().catch(() => {}); // aborted: nothing else ends it
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await working;
    },
  };
}

/** One organisation that fails holds no other one up. */
export async function deleteOfAll(parts: PrivacyParts, now: Date, signal: AbortSignal): Promise<void> {
  const { db, log, outbox } = parts;
  const attempt = (work: Promise<unknown>) =>
    work.catch((error: unknown) => {
      if (!signal.aborted) log.error({ err: error }, 'what is older than it is kept could not be deleted');
    });
  await attempt(eraseDueOrganisations(parts, parts.plugins, now));
  const organisations = await asSystem(db, 'retention', listOrganisations).catch(() => []);
  for (const organisationId of organisations) {
    if (signal.aborted) return;
    const last = await asSystem(db, 'retention', (tx) => lastRetentionRun(tx, organisationId));
    if (last !== null && now.getTime() - last.getTime() < dayMilliseconds) continue;
    await attempt(runRetention(parts, { organisationId, now }, signal));
  }
  await attempt(deleteOld(db, now, signal));
  for (const rows of rowsOfServer)
    await attempt(
      asSystem(db, 'retention', (tx) =>
        deleteRows(tx, rows, { organisationId: null, before: daysBefore(now, 'sign-in'), most: 10_000 }),
      ),
    );
  await attempt(emptyOutbox(outbox, daysBefore(now, 'mails')));
}

function daysBefore(now: Date, kind: 'sign-in' | 'mails'): Date {
  return new Date(now.getTime() - retentionKinds[kind].default * dayMilliseconds);
}
