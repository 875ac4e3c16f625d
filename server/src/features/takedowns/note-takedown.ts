import { createHash } from 'node:crypto';
import type { KillKind } from '@proofpix/contract/trust';
import type { Tx } from '../../db/tenancy.ts';
import { findOwner, findPublished, findUsers, insertNotices, type Release } from './queries.ts';

/**
 * Who is told of what was taken down, in the transaction that takes it down. The key names the act: what is done twice is told
 * once, and a release that is yanked, offered again and yanked is told once a day: its publisher writes the reason, and must
 * not be able to fill the mailboxes of its users.
 */
export async function noteYank(tx: Tx, release: Release, reason: string): Promise<void> {
  const { publisher, pluginId, version } = release;
  const owner = await findOwner(tx, publisher);
  const users = await findUsers(tx, release);
  const told = [...users, ...(owner === null || users.includes(owner) ? [] : [owner])];
  await insertNotices(
    tx,
    told.map((organisation_id) => ({
      organisation_id,
      key: `yank ${publisher}/${pluginId}@${version} ${today()}`,
      act: 'yank',
      side: organisation_id === owner ? 'publisher' : 'user',
      publisher,
      plugin_id: pluginId,
      version,
      reason,
    })),
  );
}

/** An entry of the kill list, to those who publish what it names. Who has it installed is told when it ends there. */
export async function noteKillEntry(
  tx: Tx,
  { id, kind, value, reason }: { id: string; kind: KillKind; value: string; reason: string },
): Promise<void> {
  const published = await findPublished(tx, kind, value);
  await insertNotices(
    tx,
    published.map(({ organisation_id, publisher, plugin_id, version }) => ({
      organisation_id,
      key: `kill-entry ${id} ${publisher}/${plugin_id ?? ''}@${version ?? ''}`,
      act: 'kill',
      side: 'publisher',
      publisher,
      plugin_id,
      version,
      reason,
    })),
  );
}

/** An installation that the kill list ended, whoever put it there. Several servers on one database may end it at once. */
export async function noteKilled(
  tx: Tx,
  installation: { id: string; organisationId: string; publisher: string; pluginId: string; version: string },
  sentence: string,
): Promise<void> {
  const { id, organisationId, publisher, pluginId, version } = installation;
  const what = createHash('sha256').update(sentence).digest('hex').slice(0, 16);
  await insertNotices(tx, [
    {
      organisation_id: organisationId,
      key: `kill ${id} ${what} ${today()}`,
      act: 'kill',
      side: 'user',
      publisher: publisher.slice(0, 120),
      plugin_id: pluginId,
      version,
      reason: sentence.slice(0, 1_200),
    },
  ]);
}

type Rated = { id: string; organisation_id: string; publisher: string; plugin_id: string };
type Decided = { reason: string; at: Date };

/** A rating that was rejected, to the organisation that wrote it. */
export async function tellWriter(tx: Tx, rated: Rated, { reason, at }: Decided): Promise<void> {
  const { id, organisation_id, publisher, plugin_id } = rated;
  const key = `reject-rating ${id} ${at.getTime()}`;
  const notice = {
    organisation_id,
    key,
    act: 'reject-rating',
    side: 'user',
    publisher,
    plugin_id,
    version: null,
  } as const;
  await insertNotices(tx, [{ ...notice, reason }]);
}

/** A reply that was removed, to the publisher that wrote it. */
export async function tellPublisher(tx: Tx, rated: Rated, { reason, at }: Decided): Promise<void> {
  const { id, publisher, plugin_id } = rated;
  const organisation_id = await findOwner(tx, publisher);
  if (organisation_id === null) return;
  const key = `remove-reply ${id} ${at.getTime()}`;
  const notice = { organisation_id, key, act: 'remove-reply', side: 'publisher', publisher, plugin_id } as const;
  await insertNotices(tx, [{ ...notice, version: null, reason }]);
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
