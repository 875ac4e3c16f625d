import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { KillEntry } from '@proofpix/contract/trust';
import { makeSigningKey, type SigningKey } from '../src/keys.ts';
import { TrustFault } from '../src/trust/fault.ts';
import { readTrust, trustRoot, updateTrust, type TrustStore } from '../src/trust/follow.ts';
import { trustFolder } from '../src/trust/folder.ts';
import { metadataBytes, parseMetadata, signMetadata, tufKeyOf } from '../src/trust/metadata.ts';
import { publish, type Published } from '../src/trust/publish.ts';
import { makeRoot } from '../src/trust/root.ts';
import { acme, day, ofMarketplace, trusted } from './make-signed.ts';

const roots = [makeSigningKey().key, makeSigningKey().key, makeSigningKey().key];
const server = makeSigningKey().key;
const entry: KillEntry = { kind: 'plugin', value: 'thief', reason: 'It steals', from: day(2).toISOString() };
const keys = [trusted(acme), ofMarketplace()];

/** A server of metadata in memory, which a test can spoil. */
type Repository = { files: Map<string, Uint8Array>; published: Published | null; key: SigningKey };
let repository: Repository;
let store: TrustStore & { files: Map<string, Uint8Array> };

function memoryStore(): typeof store {
  const files = new Map<string, Uint8Array>();
  return {
    files,
    read: async (name) => files.get(name) ?? null,
    write: async (name, bytes) => void files.set(name, bytes),
    remove: async (name) => void files.delete(name),
    names: async () => [...files.keys()],
  };
}

const source = () => ({ read: async (name: string) => repository.files.get(name) ?? null });
const publishNow = (at: Date, killList: readonly KillEntry[] = []) => {
  const { key, published: before } = repository;
  const made = publish({ keys, killList }, { before, key, now: at });
  for (const [name, bytes] of made?.files ?? []) repository.files.set(name, bytes);
  if (made !== null) repository.published = made;
  return made;
};
const plan = {
  expires: new Date(day(10).getTime() + 365 * 86_400_000),
  rootKeys: roots,
  threshold: 2,
  serverKey: server,
};
const first = makeRoot({ ...plan, version: 1 }, roots.slice(0, 2));

beforeEach(async () => {
  repository = { files: new Map([['1.root.json', metadataBytes(first)]]), published: null, key: server };
  store = memoryStore();
  await trustRoot(store, metadataBytes(first));
  publishNow(day(10));
});

const update = (at = day(10)) => updateTrust(source(), store, at);
/** What is refused, and that it leaves what was trusted as it was. */
async function refused(at = day(11)): Promise<string> {
  const before = [...store.files];
  try {
    await update(at);
  } catch (error) {
    if (!(error instanceof TrustFault)) throw error;
    expect([...store.files]).toEqual(before);
    return error.code;
  }
  return 'trusted';
}

describe('trust metadata', () => {
  test('brings keys and kill list to a client, which reads them again offline', async () => {
    publishNow(day(10), [entry]);
    const trust = await update();
    expect(trust).toMatchObject({ keys, killList: [entry], root: { version: 1, keys: 3, threshold: 2 } });
    expect(await readTrust(store, day(10))).toEqual(trust);
  });

  test('is published anew only when something changed or grows old, with versions that only grow', () => {
    expect(publishNow(day(10))).toBe(null);
    expect([...(publishNow(day(14))?.files.keys() ?? [])]).toEqual(['timestamp.json']);
    expect([...(publishNow(day(26))?.files.keys() ?? [])]).toEqual(['2.snapshot.json', 'timestamp.json']);
    const changed = [...(publishNow(day(26), [entry])?.files.keys() ?? [])];
    expect(changed).toContain('2.targets.json');
    expect(changed.at(-1)).toBe('timestamp.json');
  });

  test('that was rolled back is refused, whichever file it is', async () => {
    const old = new Map(repository.files);
    publishNow(day(11), [entry]);
    await update(day(11));
    const now = new Map(repository.files);
    repository.files = old;
    expect(await refused()).toBe('rolled_back');
    // A new timestamp over an old snapshot, by whoever holds the key of the timestamp alone.
    repository = { files: new Map(old), published: repository.published, key: server };
    const timestamp = parseMetadata('timestamp', old.get('timestamp.json') ?? new Uint8Array(), 'timestamp.json');
    Object.assign(timestamp.signed, { version: 9 });
    timestamp.signatures = {};
    signMetadata(timestamp, [server]);
    repository.files.set('timestamp.json', metadataBytes(timestamp));
    expect(await refused()).toBe('rolled_back');
    repository.files = now;
    expect(await refused()).toBe('trusted');
  });

  test('that nobody renews is found out: the kill list may be longer by now', async () => {
    await update();
    expect(await refused(day(16))).toBe('trusted');
    expect(await refused(day(17))).toBe('expired');
    await expect(readTrust(store, day(17))).rejects.toThrow('The metadata has expired. timestamp.json');
    await expect(readTrust(store, new Date('2028-01-01'))).rejects.toThrow('expired. root.json');
  });

  test('with a byte changed in any file is refused', async () => {
    publishNow(day(10), [entry]);
    const good = new Map(repository.files);
    const served = [...good.keys()].filter((name) => !/^1\.(root|targets|snapshot)/.test(name));
    const newest = new Set(
      served.filter((name) => /^(2\.|timestamp)/.test(name) || Buffer.from(good.get(name) ?? []).includes('thief')),
    );
    expect(newest.size).toBe(4);
    for (const name of newest) {
      const bytes = Buffer.from(good.get(name) ?? []);
      for (let at = 0; at < bytes.length; at += 7) {
        const spoilt = Buffer.from(bytes);
        spoilt[at] = (spoilt[at] ?? 0) ^ 1;
        repository.files = new Map(good).set(name, spoilt);
        // White space outside of what is signed may change in the one file that nobody names by its hash.
        const told = await refused(day(10));
        if (name !== 'timestamp.json' || told !== 'trusted') expect(told, `${name} at ${at}`).not.toBe('trusted');
      }
    }
  });

  test('that is larger than it may be is not read to its end', async () => {
    repository.files.set('timestamp.json', Buffer.alloc(600 * 1024, ' '));
    expect(await refused()).toBe('too_large');
  });

  test('that lacks a file says which', async () => {
    repository.files.delete('1.targets.json');
    await expect(update()).rejects.toThrow('A file of the metadata is missing. 1.targets.json');
  });

  test('by a key that no root names is refused', async () => {
    repository.key = makeSigningKey().key;
    publishNow(day(10), [entry]);
    expect(await refused()).toBe('too_few_signatures');
  });

  test.each([
    ['a key twice', (text: string) => text.replace('{', '{"signed":{},')],
    ['__proto__', (text: string) => text.replace('{', '{"__proto__":{},')],
    ['a version that is no number', (text: string) => text.replace(/"version": \d+/, '"version": 1e999')],
    ['a version below one', (text: string) => text.replace(/"version": \d+/, '"version": -1')],
    ['no JSON', () => 'timestamp'],
  ])('with %s is malformed', async (_what, change) => {
    const text = Buffer.from(repository.files.get('timestamp.json') ?? []).toString();
    expect(change(text)).not.toBe(text);
    repository.files.set('timestamp.json', Buffer.from(change(text)));
    expect(await refused()).toBe('malformed');
  });

  test('of a store that was damaged is an error: going on would let a rollback pass', async () => {
    await update();
    store.files.set('timestamp.json', Buffer.from('{}'));
    expect(await refused()).toBe('malformed');
    store.files.delete('timestamp.json');
    expect(await refused()).toBe('trusted');
  });
});

describe('a root', () => {
  const next = { ...plan, version: 2 };
  const serve = (version: number, bytes: Uint8Array) => repository.files.set(`${version}.root.json`, bytes);

  test('follows another when enough of the old and of the new keys signed, one version after the other', async () => {
    const others = [makeSigningKey().key, makeSigningKey().key];
    const newServer = makeSigningKey().key;
    const second = makeRoot({ ...next, rootKeys: others, serverKey: newServer }, [...roots.slice(1), ...others], first);
    const third = makeRoot({ ...next, version: 3, rootKeys: others, serverKey: newServer }, others, second);
    serve(2, metadataBytes(second));
    serve(3, metadataBytes(third));
    // What the old key of the server signed counts no more.
    expect(await updateTrust(source(), memoryStoreOf(store), day(10)).catch((error: TrustFault) => error.code)).toBe(
      'too_few_signatures',
    );
    repository.key = newServer;
    publishNow(day(10));
    expect(await update(day(10))).toMatchObject({ root: { version: 3, keys: 2, threshold: 2 } });
  });

  test('that skips a version is refused, and one that is missing is not jumped over', async () => {
    const second = makeRoot(next, roots, first);
    const third = makeRoot({ ...next, version: 3 }, roots, second);
    serve(3, metadataBytes(third));
    expect((await update()).root.version).toBe(1);
    serve(2, metadataBytes(third));
    expect(await refused()).toBe('version_skipped');
    serve(2, metadataBytes(first));
    expect(await refused()).toBe('version_skipped');
  });

  test('signed by too few of the old keys, or of its own, is refused', async () => {
    const others = [makeSigningKey().key, makeSigningKey().key];
    serve(2, metadataBytes(makeRoot({ ...next, rootKeys: others }, [...others, ...roots.slice(0, 1)])));
    expect(await refused()).toBe('too_few_signatures');
    const own = makeRoot({ ...next, rootKeys: others }, [...others, ...roots]);
    own.signatures = Object.fromEntries(
      Object.entries(own.signatures).filter(([id]) => id !== tufKeyOf(others[0] ?? server).keyID),
    );
    serve(2, metadataBytes(own));
    expect(await refused()).toBe('too_few_signatures');
    expect(() => makeRoot(next, roots.slice(0, 1))).toThrow('signed by 1/2 keys');
  });

  test('with two signatures of one key has one: neither the same twice, nor under a second name', async () => {
    const second = makeRoot(next, roots, first);
    const value = JSON.parse(Buffer.from(metadataBytes(second)).toString()) as {
      signatures: { keyid: string; sig: string }[];
      signed: { keys: Record<string, unknown>; roles: { root: { keyids: string[] } } };
    }; // as it was written
    const [one] = value.signatures;
    if (one === undefined) throw new Error('It is not signed.');
    serve(2, Buffer.from(JSON.stringify({ ...value, signatures: [one, one] })));
    expect(await refused()).toBe('malformed');
    const alias = createHash('sha256').update('another name').digest('hex');
    value.signed.keys[alias] = value.signed.keys[one.keyid];
    value.signed.roles.root.keyids.push(alias);
    serve(2, Buffer.from(JSON.stringify({ ...value, signatures: [one, { ...one, keyid: alias }] })));
    expect(await refused()).toBe('malformed');
  });

  test('with a threshold that nobody can reach, or of none, is malformed', () => {
    const text = Buffer.from(metadataBytes(first)).toString();
    for (const threshold of ['0', '-1', '1.5', '4', '1e400', '"2"'])
      expect(() =>
        parseMetadata('root', Buffer.from(text.replace(/"threshold": 2/, `"threshold": ${threshold}`)), 'root.json'),
      ).toThrow(/cannot be read/);
  });
});

function memoryStoreOf(other: typeof store): typeof store {
  const copy = memoryStore();
  for (const [name, bytes] of other.files) copy.files.set(name, bytes);
  return copy;
}

test('a folder holds a whole state at any moment, and takes no other names', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'proofpix-trust-'));
  try {
    const inFolder = trustFolder(folder);
    await trustRoot(inFolder, metadataBytes(first));
    await updateTrust(source(), inFolder, day(10));
    publishNow(day(11), [entry]);
    const trust = await updateTrust(source(), inFolder, day(11));
    expect(await readTrust(trustFolder(folder), day(11))).toEqual(trust);
    expect(await readdir(folder)).toHaveLength(6);
    for (const name of ['../root.json', 'root.json/../x', '0.root.json', '.timestamp.json', 'a.keys.json'])
      await expect(inFolder.read(name, 10), name).rejects.toThrow('a name that none has');
    await expect(inFolder.read('timestamp.json', 10)).rejects.toThrow('over 10 bytes');
  } finally {
    await rm(folder, { recursive: true });
  }
});
