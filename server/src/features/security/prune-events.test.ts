import { expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/test-database.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { makeOrganisation } from '../plugins/test/plugins-on-database.ts';
import { deleteSurplusEvents } from './queries.ts';

test('events of an organisation beyond the newest are deleted, some at a time; critical acts stay and are not counted', async () => {
  await using db = await openTestDatabase();
  const [loud, quiet] = [await makeOrganisation(db), await makeOrganisation(db)];
  const event = { plugin_id: 'loud', version: '1.0.0', digest: 'ab', detail: '' };
  const minutesAgo = (minutes: number) => ({
    title: `${minutes} minutes ago`,
    created_at: new Date(Date.now() - minutes * 60_000),
  });
  const low = { ...event, type: 'log_limit', severity: 'low' } as const;
  await asSystem(db, 'write-metrics', (tx) =>
    tx
      .insertInto('security_events')
      .values([
        { ...event, organisation_id: loud, type: 'frame_forged', severity: 'critical', ...minutesAgo(0) },
        { ...low, organisation_id: loud, ...minutesAgo(1) },
        { ...event, organisation_id: loud, type: 'reported', severity: 'critical', ...minutesAgo(2) },
        { ...low, organisation_id: loud, ...minutesAgo(3) },
        { ...low, organisation_id: loud, ...minutesAgo(4) },
        { ...event, organisation_id: loud, type: 'frame_forged', severity: 'critical', ...minutesAgo(5) },
        { ...low, organisation_id: quiet, ...minutesAgo(6) },
        { ...low, organisation_id: quiet, ...minutesAgo(7) },
      ])
      .execute(),
  );
  const deleted = (most: number) => asSystem(db, 'prune', (tx) => deleteSurplusEvents(tx, 2, most));
  expect([await deleted(1), await deleted(10), await deleted(10)]).toEqual([1, 1, 0]);
  const left = (organisationId: string) =>
    withOrganisation(db, organisationId, async (tx) =>
      (await tx.selectFrom('security_events').select('title').orderBy('created_at', 'desc').execute()).map(
        ({ title }) => parseInt(title),
      ),
    );
  expect([await left(loud), await left(quiet)]).toEqual([
    [0, 1, 2, 5],
    [6, 7],
  ]);
});
