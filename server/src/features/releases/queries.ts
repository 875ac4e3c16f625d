import { sql, type Selectable } from 'kysely';
import type { ComponentList } from '@proofpix/contract/dependencies';
import type { Manifest } from '@proofpix/contract/manifest';
import type { ScanResult } from '@proofpix/contract/scan';
import type { Tables } from '../../db/tables.ts';
import type { Tx } from '../../db/tenancy.ts';
import { jsonText } from '../../db/types.ts';
import { nobody } from '../../queue.ts';

/** Where the archives of releases lie: they belong to no organisation, and outlive the one that sent them. */
export const releaseStore = nobody;
export const releaseSource = 'marketplace';

export type ReleaseRow = Selectable<Tables['releases']>;
type Named = { publisher: string; pluginId: string };

/** Ids under which others publish here, or that came with this server: another server takes no name from anybody. Only as system. */
export async function findPluginNames(tx: Tx, { publisher, pluginId }: Named): Promise<Named[]> {
  const { rows } = await sql<{ publisher: string; plugin_id: string }>`
    select publisher, plugin_id from (
      select publisher, plugin_id from plugin_marketplace_cache where source not like 'marketplace:%'
      union select publisher, plugin_id from releases
    ) as named
    where publisher <> ${publisher} and length(plugin_id) between ${pluginId.length - 3} and ${pluginId.length + 3}`.execute(
    tx,
  );
  return rows.map((row) => ({ publisher: row.publisher, pluginId: row.plugin_id }));
}

/** The newest first. */
export async function listReleases(tx: Tx, { publisher, pluginId }: Named): Promise<ReleaseRow[]> {
  return tx
    .selectFrom('releases')
    .selectAll()
    .where('publisher', '=', publisher)
    .where('plugin_id', '=', pluginId)
    .orderBy('released_at', 'desc')
    .orderBy('version', 'desc')
    .limit(500)
    .execute();
}

export async function findReleaseRow(tx: Tx, named: Named & { version: string }): Promise<ReleaseRow | undefined> {
  return tx
    .selectFrom('releases')
    .selectAll()
    .where('publisher', '=', named.publisher)
    .where('plugin_id', '=', named.pluginId)
    .where('version', '=', named.version)
    .executeTakeFirst();
}

export type NewRelease = Named & {
  version: string;
  channel: 'stable' | 'beta';
  submissionId: string;
  digest: string;
  archiveDigest: string;
  archiveSize: number;
  manifest: Manifest;
  readme: string | null;
  changelog: string | null;
  scan: ScanResult;
  components: ComponentList | null;
  signatureFile: string;
  approvedBy: 'people' | 'rules';
  releasedAt: Date;
};

/** Takes the plugins whose part of the catalog is to be written again: gone for good with the transaction. Only as system. */
export async function takeCatalogChanges(tx: Tx): Promise<Named[]> {
  const taken = await tx.deleteFrom('catalog_changes').returning(['publisher', 'plugin_id']).execute();
  return taken.map((row) => ({ publisher: row.publisher, pluginId: row.plugin_id }));
}

export async function hasCatalogChanges(tx: Tx): Promise<boolean> {
  return (await tx.selectFrom('catalog_changes').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** Other servers install without a licence. */
const isFree = sql<boolean>`not is_sold(publisher, plugin_id)`;

/** Everything free that was released in a part of the catalog: plugin by plugin, the newest first. */
export async function listShard(tx: Tx, shard: string) {
  return tx
    .selectFrom('releases')
    .select([
      'publisher',
      'plugin_id',
      'version',
      'channel',
      'digest',
      'archive_digest',
      'archive_size',
      'manifest',
      'readme',
      'scan',
      'approved_by',
      'released_at',
      'yanked_at',
      'yank_reason',
      'deprecated_at',
      'deprecate_reason',
      'signature_file',
    ])
    .where(sql<boolean>`left(md5(publisher || '/' || plugin_id), 2) = ${shard}`)
    .where(isFree)
    .orderBy('publisher')
    .orderBy('plugin_id')
    .orderBy('released_at', 'desc')
    .orderBy('version', 'desc')
    .execute();
}

/** The releases that have this archive and that other servers may install. */
export async function findByArchive(tx: Tx, archiveDigest: string): Promise<ReleaseRow[]> {
  return tx
    .selectFrom('releases')
    .selectAll()
    .where('archive_digest', '=', archiveDigest)
    .where(isFree)
    .limit(20)
    .execute();
}

/** False where the version was released already. */
export async function insertRelease(tx: Tx, release: NewRelease): Promise<boolean> {
  const inserted = await tx
    .insertInto('releases')
    .values({
      publisher: release.publisher,
      plugin_id: release.pluginId,
      version: release.version,
      channel: release.channel,
      submission_id: release.submissionId,
      digest: release.digest,
      archive_digest: release.archiveDigest,
      archive_size: release.archiveSize,
      manifest: jsonText(release.manifest),
      readme: release.readme,
      changelog: release.changelog,
      scan: jsonText(release.scan),
      components: release.components && jsonText(release.components),
      signature_file: release.signatureFile,
      approved_by: release.approvedBy,
      released_at: release.releasedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('version')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function setYanked(tx: Tx, row: ReleaseRow, reason: string | null): Promise<void> {
  await named(tx, row)
    .set({ yanked_at: reason === null ? null : new Date(), yank_reason: reason })
    .execute();
}

export async function setDeprecated(tx: Tx, row: ReleaseRow, reason: string | null): Promise<void> {
  await named(tx, row)
    .set({ deprecated_at: reason === null ? null : new Date(), deprecate_reason: reason })
    .execute();
}

function named(tx: Tx, row: ReleaseRow) {
  return tx
    .updateTable('releases')
    .where('publisher', '=', row.publisher)
    .where('plugin_id', '=', row.plugin_id)
    .where('version', '=', row.version);
}
