import { createHash } from 'node:crypto';
import { canonicalJson } from '@proofpix/contract/canonical-json';
import type { CatalogPlugin, CatalogVersion } from '@proofpix/contract/catalog';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import { effectiveVerdict, usualScanRules } from '@proofpix/contract/scan';
import { shardName } from '@proofpix/signatures/trust/content';
import type { Tx } from '../../db/tenancy.ts';
import { hasCatalogChanges, listShard, takeCatalogChanges } from './queries.ts';

type Row = Awaited<ReturnType<typeof listShard>>[number];

/** What one plugin may take of a file: whoever releases ever more must not grow it until nobody reads it any more. */
const pluginBytes = 128 * 1024;

/** The part of the catalog that a plugin stands in: two digits, as the index of the table has them. */
export function shardOf({ publisher, pluginId }: { publisher: string; pluginId: string }): string {
  return createHash('md5').update(`${publisher}/${pluginId}`).digest('hex').slice(0, 2);
}

/** The files of the catalog in which something changed since it was drawn last. In the transaction that publishes them. */
async function drawCatalog(tx: Tx): Promise<ReadonlyMap<string, Uint8Array | null>> {
  const files = new Map<string, Uint8Array | null>();
  for (const shard of new Set((await takeCatalogChanges(tx)).map(shardOf)))
    files.set(shardName(shard), drawShard(await listShard(tx, shard)));
  return files;
}

/** What other servers may install from here, as the trust metadata carries it. */
export const releasedCatalog = { draw: drawCatalog, hasChanged: hasCatalogChanges };

function drawShard(rows: readonly Row[]): Uint8Array | null {
  const plugins: CatalogPlugin[] = [];
  let room: number = limits.catalogShardBytes - 1_024; // what stands around the list
  for (const of of Map.groupBy(rows, ({ publisher, plugin_id: plugin }) => `${publisher}/${plugin}`).values()) {
    const plugin = drawPlugin(of);
    const size = plugin === null ? 0 : bytesOf(plugin);
    if (plugin === null || size > room) continue;
    room -= size;
    plugins.push(plugin);
  }
  return plugins.length === 0 ? null : Buffer.from(`${canonicalJson({ version: 1, plugins } as Json)}\n`);
}

/** The newest versions that there is room for. */
function drawPlugin(rows: readonly Row[]): CatalogPlugin | null {
  const [newest] = rows;
  if (newest === undefined) return null;
  const versions: CatalogVersion[] = [];
  let room = pluginBytes;
  for (const version of rows.slice(0, limits.catalogVersions).map(drawVersion)) {
    room -= bytesOf(version);
    if (room < 0) break;
    versions.push(version);
  }
  if (versions.length === 0) return null;
  const readme = newest.readme?.slice(0, limits.catalogReadmeCharacters) ?? null;
  return { publisher: newest.publisher, plugin: newest.plugin_id, readme, versions };
}

function drawVersion(row: Row): CatalogVersion {
  return {
    version: row.version,
    channel: row.channel,
    digest: row.digest,
    archiveDigest: row.archive_digest,
    archiveSize: Number(row.archive_size),
    manifest: row.manifest,
    verdict: effectiveVerdict(row.scan, usualScanRules),
    approvedBy: row.approved_by,
    releasedAt: row.released_at.toISOString(),
    yanked: said(row.yanked_at, row.yank_reason),
    deprecated: said(row.deprecated_at, row.deprecate_reason),
    signature: row.signature_file,
  };
}

function said(at: Date | null, reason: string | null): { at: string; reason: string } | null {
  return at === null || reason === null ? null : { at: at.toISOString(), reason };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value)) + 1;
}
