import type { Release } from '@proofpix/contract/api/releases';
import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import type { Log } from '../../log.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';
import { noteYank } from '../takedowns/note-takedown.ts';
import { ownPublisher } from '../publishers/keep-publishers.ts';
import { addKill } from '../trust/keep-kill-list.ts';
import type { Trust } from '../trust/open-trust.ts';
import { offerNewest } from './publish-release.ts';
import { findReleaseRow, listReleases, setDeprecated, setYanked, type ReleaseRow } from './queries.ts';
import { showRelease } from './show-listing.ts';

export type ReleaseParts = { db: Database; trust: Trust; log: Log };
type Named = { publisher: string; pluginId: string; version: string };
type Owned = Named & { organisationId: string; actor: Actor };

/** Offers it no longer, or again. Where it is installed it goes on: somebody may need it tonight. @throws Problem release_not_found */
export async function yankRelease(parts: ReleaseParts, owned: Owned, reason: string | null): Promise<Release> {
  return change(parts, owned, async (tx, row) => {
    await setYanked(tx, row, reason);
    // Yanked already: everybody was told.
    if (reason !== null && row.yanked_at === null) await noteYank(tx, owned, reason);
    await offerNewest(tx, owned);
    await record(tx, owned, reason === null ? 'release.unyank' : 'release.yank', reason);
  });
}

/** @throws Problem release_not_found */
export async function deprecateRelease(parts: ReleaseParts, owned: Owned, reason: string | null): Promise<Release> {
  return change(parts, owned, async (tx, row) => {
    await setDeprecated(tx, row, reason);
    await record(tx, owned, 'release.deprecate', reason);
  });
}

/**
 * Ends it everywhere, by the kill list. A publisher cannot take that back: whoever stole their account could.
 * @throws Problem release_not_found, kill_entry_exists
 */
export async function killRelease(parts: ReleaseParts, owned: Owned, reason: string): Promise<Release> {
  const { publisher, pluginId, version, actor } = owned;
  const row = await asSystem(parts.db, 'releases', (tx) => ownRelease(tx, owned));
  const value = `${publisher}/${pluginId}@${version}`;
  await addKill(parts, { kind: 'version', value, reason }, actor);
  return change(parts, owned, async (tx) => {
    // What nobody may run is offered to nobody.
    if (row.yanked_at === null) await setYanked(tx, row, reason);
    await offerNewest(tx, owned);
    await record(tx, owned, 'release.kill', reason);
  });
}

async function change(
  { trust }: ReleaseParts,
  owned: Owned,
  work: (tx: Tx, row: ReleaseRow) => Promise<void>,
): Promise<Release> {
  // Other servers can read it once whoever asked has the answer.
  return trust.change(async (tx) => {
    await work(tx, await ownRelease(tx, owned));
    return showRelease(trust, await ownRelease(tx, owned), await listReleases(tx, owned));
  });
}

/** What belongs to another organisation is as good as missing to whoever wants to change it. @throws Problem release_not_found */
async function ownRelease(tx: Tx, owned: Owned): Promise<ReleaseRow> {
  const { organisationId, publisher: name } = owned;
  await ownPublisher(tx, { organisationId, name }).catch((error: unknown) => {
    throw error instanceof Problem ? new Problem('release_not_found') : error;
  });
  const row = await findReleaseRow(tx, owned);
  if (row === undefined) throw new Problem('release_not_found');
  return row;
}

async function record(
  tx: Tx,
  { organisationId, actor, publisher, pluginId, version }: Owned,
  act: 'release.yank' | 'release.unyank' | 'release.deprecate' | 'release.kill',
  reason: string | null,
): Promise<void> {
  const subject = { kind: 'release', id: `${publisher}/${pluginId}@${version}` };
  await recordAct(tx, { organisationId, actor, act, subject, ...(reason === null ? {} : { reason }) });
}
