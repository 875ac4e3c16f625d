import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '@proofpix/contract/limits';
import type { KillEntry } from '@proofpix/contract/trust';
import type { SigningKey } from '@proofpix/signatures/keys';
import { TrustFault } from '@proofpix/signatures/trust/fault';
import { checkSigned, metadataBytes, parseMetadata, tufKeyOf, type Signed } from '@proofpix/signatures/trust/metadata';
import { publish } from '@proofpix/signatures/trust/publish';
import { checkNextRoot, keysOfRole, makeRoot } from '@proofpix/signatures/trust/root';
import type { Tx } from '../../db/tenancy.ts';
import { OperatorError } from '../../operator-error.ts';
import { deleteOldFiles, findFile, findKeys, findNewestRoot, findStanding, saveFile, type KillRow } from './queries.ts';

const day = 86_400_000;
const rootLifetime = 365 * day;
/** A root of one key is renewed by the server itself; an offline one by those who hold its keys. */
const renewRootBefore = 180 * day;
/** How long a client may take from the timestamp to the last file that it names. */
const keptFor = day;

/** The newest root, with those that were put into the key folder since. Call it under the lock. @throws OperatorError */
export async function followRoot(
  tx: Tx,
  { keyFolder, key, now }: { keyFolder: string; key: SigningKey; now: Date },
): Promise<Signed<'root'>> {
  const placed = (version: number) => readPlaced(join(keyFolder, `${version}.root.json`));
  const newest = await findNewestRoot(tx);
  let root = newest === null ? null : parseMetadata('root', newest, 'root.json');
  const first = await placed(1);
  if (root !== null && first !== null && !first.equals((await findFile(tx, '1.root.json')) ?? Buffer.alloc(0))) {
    throw new OperatorError(
      `The root in ${keyFolder} is another than the one that clients of this server trust: make its successor with "proofpix keys rotate", signed by the old keys.`,
    );
  }
  for (;;) {
    const version = (root?.signed.version ?? 0) + 1;
    const bytes = await placed(version);
    if (bytes === null) break;
    try {
      const next = parseMetadata('root', bytes, `${version}.root.json`);
      if (root === null) checkSigned(next, 'root', next, `${version}.root.json`);
      else checkNextRoot(root, next, `${version}.root.json`);
      root = next;
    } catch (cause) {
      if (!(cause instanceof TrustFault)) throw cause;
      throw new OperatorError(`The root in ${keyFolder} cannot be used. ${cause.message}`, { cause });
    }
    await saveFile(tx, `${version}.root.json`, bytes);
  }
  root = (await renewRoot(tx, { root, key, now })) ?? root;
  if (root === null || !keysOfRole(root, 'timestamp').keys.includes(tufKeyOf(key).keyVal['public'] ?? '')) {
    throw new OperatorError(
      `The root of this server does not name its signing key: put the right signing.pem into ${keyFolder}, or a next root that names it.`,
    );
  }
  return root;
}

/** Whether one key on this server is everything. */
export function isOneKey(root: Signed<'root'>, key: SigningKey): boolean {
  const { keys } = keysOfRole(root, 'root');
  return keys.length === 1 && keys[0] === tufKeyOf(key).keyVal['public'];
}

/** Writes again what changed in the catalog: its files by name, null for one that is gone. */
export type DrawCatalog = (tx: Tx) => Promise<ReadonlyMap<string, Uint8Array | null>>;

type Publishing = { key: SigningKey; now: Date; drawCatalog: DrawCatalog };

/** Signs what is in the tables now, where that differs from what was published or grows old. Call it under the lock. */
export async function publishTrust(tx: Tx, { key, now, drawCatalog }: Publishing): Promise<boolean> {
  const timestamp = await findFile(tx, 'timestamp.json');
  const before = timestamp === null ? null : await readBefore(tx, timestamp);
  const content = { keys: await findKeys(tx), killList: (await findStanding(tx)).map(entryOf) };
  const made = publish(content, { before, key, now, catalog: await drawCatalog(tx) });
  if (made === null) return false;
  for (const [name, bytes] of made.files) await saveFile(tx, name, bytes);
  await deleteOldFiles(tx, await namesOf(tx), new Date(now.getTime() - keptFor));
  return true;
}

export function entryOf({ kind, value, reason, valid_from: from }: KillRow): KillEntry {
  return { kind, value, reason, from: from.toISOString() };
}

async function readBefore(tx: Tx, timestamp: Uint8Array) {
  const { snapshotMeta } = parseMetadata('timestamp', timestamp, 'timestamp.json').signed;
  const snapshot = await findFile(tx, `${snapshotMeta.version}.snapshot.json`);
  if (snapshot === null) throw new Error('The published snapshot is gone.');
  const version = parseMetadata('snapshot', snapshot, 'snapshot.json').signed.meta['targets.json']?.version ?? 0;
  const targets = await findFile(tx, `${version}.targets.json`);
  if (targets === null) throw new Error('The published targets are gone.');
  return { timestamp, snapshot, targets, version };
}

/** What the newest timestamp leads to. */
async function namesOf(tx: Tx): Promise<string[]> {
  const timestamp = await findFile(tx, 'timestamp.json');
  if (timestamp === null) throw new Error('Nothing is published.');
  const { snapshot, targets, version } = await readBefore(tx, timestamp);
  const listed = Object.entries(parseMetadata('targets', targets, 'targets.json').signed.targets);
  return [
    'timestamp.json',
    `${parseMetadata('snapshot', snapshot, 'snapshot.json').signed.version}.snapshot.json`,
    `${version}.targets.json`,
    ...listed.map(([path, { hashes }]) => `${hashes['sha256']}.${path}`),
  ];
}

async function renewRoot(
  tx: Tx,
  { root, key, now }: { root: Signed<'root'> | null; key: SigningKey; now: Date },
): Promise<Signed<'root'> | null> {
  if (root !== null && (!isOneKey(root, key) || Date.parse(root.signed.expires) - now.getTime() > renewRootBefore))
    return null;
  const version = (root?.signed.version ?? 0) + 1;
  const expires = new Date(now.getTime() + rootLifetime);
  const next = makeRoot({ version, expires, rootKeys: [key], threshold: 1, serverKey: key }, [key], root ?? undefined);
  await saveFile(tx, `${version}.root.json`, metadataBytes(next));
  return next;
}

async function readPlaced(path: string): Promise<Buffer | null> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new OperatorError(`The root ${path} cannot be read: ${error.message}.`, { cause: error });
  });
  if (bytes !== null && bytes.length > limits.trustMetadataBytes)
    throw new OperatorError(`The root ${path} is too large.`);
  return bytes;
}
