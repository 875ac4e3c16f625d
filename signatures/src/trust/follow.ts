import { createHash } from 'node:crypto';
import { limits } from '@proofpix/contract/limits';
import { isShardName, keysName, killListName, readContent, type TrustContent } from './content.ts';
import { TrustFault } from './fault.ts';
import { checkFresh, checkSigned, parseMetadata, type Signed } from './metadata.ts';
import { checkNextRoot } from './root.ts';

/** Where metadata comes from. Null: there is no such file. Over the limit it may throw, and must not read on. */
export type TrustSource = { read(name: string, maxBytes: number): Promise<Uint8Array | null> };

/** What a client remembers. Once `write` returns, the file is there whole, whatever happens then. */
export type TrustStore = TrustSource & {
  write(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  names(): Promise<string[]>;
};

/** What is trusted, and until when. */
export type Trust = TrustContent & {
  root: { version: number; keys: number; threshold: number };
  timestampVersion: number;
  /** When the kill list was last confirmed to be the newest is at most this far back. */
  expires: string;
};

const rootName = 'root.json';

/** What a store holds, checked again from its root on, without any network. @throws TrustFault */
export async function readTrust(store: TrustSource, now: Date): Promise<Trust> {
  const root = await trustedRoot(store);
  checkFresh(root, rootName, now);
  return (await readChain(store, root, { now, seen: null })).trust;
}

/** What a server knows of another one's marketplace: `shards` are names under which a store keeps the files of its catalog. */
export type Followed = { trust: Trust; shards: string[] };

/**
 * The client's workflow of TUF 1.0.33, section 5: every newer root, one by one, then timestamp, snapshot, targets and what
 * they name. The store is changed in an order in which it is whole at every moment, and only by what was checked.
 * @throws TrustFault, and the store is as it was, but for roots that were followed
 */
export async function updateTrust(source: TrustSource, store: TrustStore, now: Date): Promise<Trust> {
  return (await update(source, store, now, async () => [])).trust;
}

/** The same with the catalog. A file of it that the store has is not asked for again. @throws TrustFault */
export async function updateWithCatalog(source: TrustSource, store: TrustStore, now: Date): Promise<Followed> {
  return update(source, store, now, (targets) => fetchShards(source, store, targets));
}

async function update(
  source: TrustSource,
  store: TrustStore,
  now: Date,
  readMore: (targets: Signed<'targets'>) => Promise<string[]>,
): Promise<Followed> {
  const root = await followRoots(source, store);
  checkFresh(root, rootName, now);
  const { trust, files, targets } = await readChain(source, root, { now, seen: await seenBefore(store, root) });
  const shards = await readMore(targets);
  for (const [name, bytes] of files) await store.write(name, bytes);
  const kept = new Set([...files.keys(), ...shards]);
  for (const name of await store.names()) if (!kept.has(name) && !name.endsWith(rootName)) await store.remove(name);
  return { trust, shards };
}

/** One after the other, so that one is in memory at a time. Named by their content: one too many in the store says nothing. */
async function fetchShards(source: TrustSource, store: TrustStore, { signed }: Signed<'targets'>): Promise<string[]> {
  const listed = Object.entries(signed.targets).filter(([path]) => isShardName(path));
  const total = listed.reduce((sum, [, { length }]) => sum + length, 0);
  const large = listed.some(([, { length }]) => length > limits.catalogShardBytes) || total > limits.catalogBytes;
  if (large) throw new TrustFault('too_large', 'The catalog is too large.');
  const known = new Set(await store.names());
  const names: string[] = [];
  for (const [path, target] of listed) {
    const name = targetName(path, target);
    if (!known.has(name)) await store.write(name, await readNamed(source, name, target));
    names.push(name);
  }
  return names;
}

/** The first root of a store: whoever gives it is believed. @throws TrustFault */
export async function trustRoot(store: TrustStore, bytes: Uint8Array): Promise<void> {
  const root = parseMetadata('root', bytes, rootName);
  checkSigned(root, 'root', root, rootName);
  await store.write(rootName, bytes);
}

async function trustedRoot(store: TrustSource): Promise<Signed<'root'>> {
  const bytes = await store.read(rootName, limits.trustMetadataBytes);
  if (bytes === null) throw new TrustFault('root_missing', 'Fetch it first.');
  const root = parseMetadata('root', bytes, rootName);
  checkSigned(root, 'root', root, rootName);
  return root;
}

async function followRoots(source: TrustSource, store: TrustStore): Promise<Signed<'root'>> {
  let root = await trustedRoot(store);
  for (let followed = 0; ; followed += 1) {
    const name = `${root.signed.version + 1}.root.json`;
    const bytes = await source.read(name, limits.trustMetadataBytes);
    if (bytes === null) return root;
    if (followed === limits.trustRootRotations) throw new TrustFault('too_large', 'There are too many new roots.');
    const next = parseMetadata('root', bytes, name);
    checkNextRoot(root, next, name);
    // Their keys are no longer believed, and so is nothing that they signed: TUF 5.3.11.
    if (onlineKeys(root) !== onlineKeys(next)) await store.remove('timestamp.json');
    await store.write(rootName, bytes);
    root = next;
  }
}

function onlineKeys({ signed }: Signed<'root'>): string {
  return JSON.stringify([signed.roles['timestamp']?.keyIDs.toSorted(), signed.roles['snapshot']?.keyIDs.toSorted()]);
}

type Seen = { timestamp: Signed<'timestamp'>; snapshot: Signed<'snapshot'> };

/**
 * Expired or not: what was seen protects against something older. Damaged files are an error, because going on without them
 * would let a rollback pass.
 */
async function seenBefore(store: TrustStore, root: Signed<'root'>): Promise<Seen | null> {
  const bytes = await store.read('timestamp.json', limits.trustMetadataBytes);
  if (bytes === null) return null;
  const timestamp = parseMetadata('timestamp', bytes, 'the stored timestamp.json');
  checkSigned(root, 'timestamp', timestamp, 'the stored timestamp.json');
  const name = `${timestamp.signed.snapshotMeta.version}.snapshot.json`;
  const snapshotBytes = await store.read(name, limits.trustMetadataBytes);
  if (snapshotBytes === null) throw new TrustFault('missing', `The stored ${name}.`);
  const snapshot = parseMetadata('snapshot', snapshotBytes, `the stored ${name}`);
  checkSigned(root, 'snapshot', snapshot, `the stored ${name}`);
  return { timestamp, snapshot };
}

type Chain = { trust: Trust; files: ReadonlyMap<string, Uint8Array>; targets: Signed<'targets'> };

async function readChain(
  source: TrustSource,
  root: Signed<'root'>,
  { now, seen }: { now: Date; seen: Seen | null },
): Promise<Chain> {
  const timestampBytes = await readFile(source, 'timestamp.json', limits.trustMetadataBytes);
  const timestamp = parseMetadata('timestamp', timestampBytes, 'timestamp.json');
  checkSigned(root, 'timestamp', timestamp, 'timestamp.json');
  if (seen !== null) notOlder('timestamp.json', timestamp.signed.version, seen.timestamp.signed.version);
  const { snapshotMeta } = timestamp.signed;
  if (seen !== null) notOlder('snapshot.json', snapshotMeta.version, seen.timestamp.signed.snapshotMeta.version);
  checkFresh(timestamp, 'timestamp.json', now);

  const snapshotName = `${snapshotMeta.version}.snapshot.json`;
  const snapshotBytes = await readNamed(source, snapshotName, snapshotMeta);
  const snapshot = parseMetadata('snapshot', snapshotBytes, snapshotName);
  checkSigned(root, 'snapshot', snapshot, snapshotName);
  sameVersion(snapshotName, snapshot.signed.version, snapshotMeta.version);
  for (const [name, { version }] of Object.entries(seen?.snapshot.signed.meta ?? {})) {
    const listed = snapshot.signed.meta[name];
    if (listed === undefined) throw new TrustFault('rolled_back', `${snapshotName} no longer names ${name}.`);
    notOlder(name, listed.version, version);
  }
  checkFresh(snapshot, snapshotName, now);

  const targetsMeta = snapshot.signed.meta['targets.json'];
  if (targetsMeta === undefined) throw new TrustFault('missing', `${snapshotName} does not name targets.json.`);
  const targetsName = `${targetsMeta.version}.targets.json`;
  const targetsBytes = await readNamed(source, targetsName, targetsMeta);
  const targets = parseMetadata('targets', targetsBytes, targetsName);
  checkSigned(root, 'targets', targets, targetsName);
  sameVersion(targetsName, targets.signed.version, targetsMeta.version);
  checkFresh(targets, targetsName, now);

  const keys = await readTarget(source, targets, keysName);
  const killList = await readTarget(source, targets, killListName);
  const { keyIDs = [], threshold = 1 } = root.signed.roles['root'] ?? {};
  return {
    targets,
    trust: {
      ...readContent({ keys: keys.bytes, killList: killList.bytes }),
      root: { version: root.signed.version, keys: keyIDs.length, threshold },
      timestampVersion: timestamp.signed.version,
      expires: [root, timestamp, snapshot, targets].map(({ signed }) => signed.expires).sort()[0] ?? '',
    },
    // The timestamp is the last: it names the others.
    files: new Map([
      [keys.name, keys.bytes],
      [killList.name, killList.bytes],
      [targetsName, targetsBytes],
      [snapshotName, snapshotBytes],
      ['timestamp.json', timestampBytes],
    ]),
  };
}

function notOlder(name: string, version: number, seen: number): void {
  if (version < seen) throw new TrustFault('rolled_back', `${name} has version ${version}, and ${seen} was seen.`);
}

function sameVersion(name: string, version: number, named: number): void {
  if (version !== named) throw new TrustFault('version_skipped', `${name} says version ${version} of itself.`);
}

type Named = { length?: number | undefined; hashes?: Record<string, string> | undefined };

/** Length and hash are demanded, though TUF lets them be left out: without them an old file of the same version would do. */
async function readNamed(source: TrustSource, name: string, { length, hashes }: Named): Promise<Uint8Array> {
  const { sha256 } = hashes ?? {};
  if (length === undefined || sha256 === undefined)
    throw new TrustFault('malformed', `Nobody says the hash of ${name}.`);
  const bytes = await readFile(source, name, Math.min(length, limits.trustTargetBytes));
  if (bytes.length !== length || createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new TrustFault('altered', `${name} has another length or hash.`);
  }
  return bytes;
}

async function readTarget(source: TrustSource, { signed }: Signed<'targets'>, path: string) {
  const target = signed.targets[path];
  if (target === undefined) throw new TrustFault('missing', `The targets do not name ${path}.`);
  const name = targetName(path, target);
  return { name, bytes: await readNamed(source, name, target) };
}

/** @throws TrustFault where it could not be one: it is asked of a server or a folder */
function targetName(path: string, { hashes }: { hashes: Record<string, string> }): string {
  const name = `${hashes['sha256']}.${path}`;
  if (!/^[0-9a-f]{64}\.[0-9a-z-]+\.json$/.test(name)) throw new TrustFault('malformed', `The hash of ${path} is none.`);
  return name;
}

async function readFile(source: TrustSource, name: string, maxBytes: number): Promise<Uint8Array> {
  const bytes = await source.read(name, maxBytes);
  if (bytes === null) throw new TrustFault('missing', `${name}.`);
  if (bytes.length > maxBytes) throw new TrustFault('too_large', `${name} is over ${maxBytes} bytes.`);
  return bytes;
}
