import { createHash } from 'node:crypto';
import { MetaFile, Metadata, Snapshot, TargetFile, Targets, Timestamp } from '@tufjs/models';
import type { SigningKey } from '../keys.ts';
import { isShardName, writeContent, type TrustContent } from './content.ts';
import { expiryText, metadataBytes, parseMetadata, signMetadata, tufKeyOf, type Signed } from './metadata.ts';

const day = 86_400_000;
/** How old what a client sees can be at most: whoever keeps new metadata from it is found out after this. */
const lifetimes = { timestamp: 7 * day, snapshot: 30 * day, targets: 90 * day } as const;
/** Signed again when less than this share of its life is left. */
const renewShare = 0.5;
const specVersion = '1.0.33';

export type Published = {
  timestamp: Uint8Array;
  snapshot: Uint8Array;
  targets: Uint8Array;
};

export type Publication = Published & {
  /** Everything new, by the name under which it is served. `timestamp.json` is the last: it names the others. */
  files: ReadonlyMap<string, Uint8Array>;
};

/**
 * The next metadata, or null where what is there says the same and lives long enough. Versions only grow: a client refuses
 * a lower one for ever.
 */
export function publish(
  content: TrustContent,
  {
    before,
    key,
    now,
    catalog = new Map(),
  }: {
    before: Published | null;
    key: SigningKey;
    now: Date;
    /** Files of the catalog that are others than before, by name; null: gone. The rest stays as it was published. */
    catalog?: ReadonlyMap<string, Uint8Array | null>;
  },
): Publication | null {
  const targetFiles = new Map([...writeContent(content), ...catalog]);
  const old = before === null ? null : readOld(before);
  const files = new Map<string, Uint8Array>();
  // After a change of keys, what the old one signed is signed again.
  const keyId = tufKeyOf(key).keyID;

  const same =
    old !== null &&
    [...targetFiles].every(([name, bytes]) => old.hashOf(name) === (bytes === null ? undefined : sha256(bytes)));
  const lives = (metadata: Signed<keyof typeof lifetimes>, role: keyof typeof lifetimes) =>
    isFresh(metadata, role, now) && Object.hasOwn(metadata.signatures, keyId);
  const keepTargets = same && lives(old.targets, 'targets');
  const targetsVersion = (old?.targets.signed.version ?? 0) + (keepTargets ? 0 : 1);
  let targets = before?.targets ?? new Uint8Array();
  if (!keepTargets) {
    const listed = new Map(Object.entries(old?.targets.signed.targets ?? {}).filter(([name]) => isShardName(name)));
    for (const [path, bytes] of targetFiles) {
      listed.delete(path);
      if (bytes === null) continue;
      listed.set(path, new TargetFile({ path, length: bytes.length, hashes: { sha256: sha256(bytes) } }));
      files.set(`${sha256(bytes)}.${path}`, bytes);
    }
    const common = { version: targetsVersion, specVersion, expires: expiry('targets', now) };
    targets = signed(new Targets({ ...common, targets: Object.fromEntries(listed) }), key);
    files.set(`${targetsVersion}.targets.json`, targets);
  }

  const keepSnapshot = keepTargets && lives(old.snapshot, 'snapshot');
  const snapshotVersion = (old?.snapshot.signed.version ?? 0) + (keepSnapshot ? 0 : 1);
  let snapshot = before?.snapshot ?? new Uint8Array();
  if (!keepSnapshot) {
    const common = { version: snapshotVersion, specVersion, expires: expiry('snapshot', now) };
    snapshot = signed(new Snapshot({ ...common, meta: { 'targets.json': about(targets, targetsVersion) } }), key);
    files.set(`${snapshotVersion}.snapshot.json`, snapshot);
  }

  if (keepSnapshot && lives(old.timestamp, 'timestamp')) return null;
  const version = (old?.timestamp.signed.version ?? 0) + 1;
  const common = { version, specVersion, expires: expiry('timestamp', now) };
  const timestamp = signed(new Timestamp({ ...common, snapshotMeta: about(snapshot, snapshotVersion) }), key);
  files.set('timestamp.json', timestamp);
  return { timestamp, snapshot, targets, files };
}

function readOld(before: Published) {
  const targets = parseMetadata('targets', before.targets, 'targets.json');
  return {
    targets,
    snapshot: parseMetadata('snapshot', before.snapshot, 'snapshot.json'),
    timestamp: parseMetadata('timestamp', before.timestamp, 'timestamp.json'),
    hashOf: (name: string) => targets.signed.targets[name]?.hashes['sha256'],
  };
}

function isFresh(metadata: Signed<keyof typeof lifetimes>, role: keyof typeof lifetimes, now: Date): boolean {
  return Date.parse(metadata.signed.expires) - now.getTime() > lifetimes[role] * renewShare;
}

function expiry(role: keyof typeof lifetimes, now: Date): string {
  return expiryText(new Date(now.getTime() + lifetimes[role]));
}

function signed(content: Targets | Snapshot | Timestamp, key: SigningKey): Uint8Array {
  const metadata = new Metadata(content);
  signMetadata(metadata, [key]);
  return metadataBytes(metadata);
}

function about(bytes: Uint8Array, version: number): MetaFile {
  return new MetaFile({ version, length: bytes.length, hashes: { sha256: sha256(bytes) } });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
