import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { sha256 } from '@proofpix/scanner/identity';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import type { Log } from '../../../log.ts';
import type { Objects } from '../../../objects.ts';
import type { Trust } from '../../trust/open-trust.ts';
import { shardOf } from '../../releases/draw-catalog.ts';
import { offeredOf } from './list-followed.ts';
import { findShard, keepArchive } from './queries.ts';
import { readShard, type FollowedPlugin, type FollowedVersion } from './read-shard.ts';
import type { Get } from './ask-marketplace.ts';

/** Where archives of other servers lie: apart from our own releases, which are never removed. */
const archiveStore = '00000000-0000-0000-0000-000000000001';
const archiveRoom = 2 * 1024 ** 3;

type Parts = { db: Database; objects: Objects; trust: Trust; log: Log };
type Wanted = { source: string; publisher: string; pluginId: string; version?: string | undefined };

/** @throws Problem release_not_found */
export async function findFollowed(
  { db }: Pick<Parts, 'db'>,
  { source, publisher, pluginId }: Omit<Wanted, 'version'>,
): Promise<FollowedPlugin> {
  const shard = shardOf({ publisher, pluginId });
  const bytes = await asSystem(db, 'fill-marketplace', (tx) => findShard(tx, source, shard));
  const plugins = bytes === null ? [] : readShard(shard, bytes);
  const plugin = plugins.find((each) => each.publisher === publisher && each.plugin === pluginId);
  if (plugin === undefined) throw new Problem('release_not_found');
  return plugin;
}

/**
 * A release of the marketplace that is followed, with what it signed. The catalog says beforehand how long the archive is
 * and which; a yanked version only by its name, for those who have it.
 * @throws Problem release_not_found, marketplace_unreachable, marketplace_refused
 */
export async function fetchRelease(parts: Parts, get: Get, wanted: Wanted) {
  const plugin = await findFollowed(parts, wanted);
  const { source, publisher, version: named } = wanted;
  const version =
    named === undefined
      ? offeredOf(parts.trust, source, plugin)
      : plugin.versions.find((each) => each.version === named);
  if (version === undefined) throw new Problem('release_not_found');
  return {
    source,
    publisher,
    archive: await readArchive(parts, get, version),
    fileName: `${plugin.plugin}-${version.version}.zip`,
    signature: version.signature,
    expected: { id: plugin.plugin, version: version.version, digest: version.digest },
  };
}

async function readArchive(
  { db, objects, log }: Parts,
  get: Get,
  { archiveDigest: digest, archiveSize: size }: FollowedVersion,
): Promise<Uint8Array> {
  const kept = (await objects.size(archiveStore, digest)) === size;
  const archive = kept ? await objects.read(archiveStore, digest, 0, size) : await download(get, { digest, size });
  // Also of what was kept: the store is outside of the database.
  if (archive.length !== size || (await sha256(archive)) !== digest) {
    if (kept) await objects.remove(archiveStore, digest);
    throw new Problem('marketplace_refused', 'The archive is another one than its catalog says.');
  }
  try {
    if (!kept) await objects.put(archiveStore, archive, { maxBytes: limits.packageBytes });
    const old = await asSystem(db, 'fill-marketplace', (tx) => keepArchive(tx, { digest, size, room: archiveRoom }));
    for (const each of old) await objects.remove(archiveStore, each);
  } catch (error) {
    // A full disk keeps nobody from installing what is in memory.
    log.warn({ err: error }, 'the archive of another marketplace could not be kept');
  }
  return archive;
}

async function download(get: Get, { digest, size }: { digest: string; size: number }): Promise<Uint8Array> {
  const archive = await get(`/api/marketplace/archives/${digest}`, {
    maxBytes: size,
    timeoutMilliseconds: 120_000,
  }).catch((error: unknown) => {
    throw new Problem('marketplace_unreachable', error instanceof Error ? error.message : undefined);
  });
  if (archive === null) throw new Problem('marketplace_unreachable', 'It does not give the archive out any more.');
  return archive;
}
