import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Updater } from 'tuf-js';
import { trustRoutes } from '@proofpix/contract/api/trust';
import { makeSigningKey } from '@proofpix/signatures/keys';
import { trustFolder } from '@proofpix/signatures/trust/folder';
import { readTrust, trustRoot, updateTrust, type TrustSource } from '@proofpix/signatures/trust/follow';
import { metadataBytes, parseMetadata } from '@proofpix/signatures/trust/metadata';
import { makeRoot } from '@proofpix/signatures/trust/root';
import { openTestDatabase } from '../../../test/test-database.ts';
import { startServer, type TestServer } from '../../../test/start-server.ts';
import { asSystem } from '../../db/tenancy.ts';
import { createLog } from '../../log.ts';
import { releasedCatalog } from '../releases/draw-catalog.ts';
import { openTrust } from './open-trust.ts';
import { followRoot, publishTrust } from './publish-trust.ts';
import { insertKill, lockTrust } from './queries.ts';
import { systemActor } from '../audit/record-act.ts';

let folder: string;
let server: TestServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofpix-trust-'));
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const get = (name: string) => fetch(`${server.url}/api/trust/files/${name}`);
const source: TrustSource = {
  async read(name) {
    const response = await get(name);
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
  },
};
const bytesOf = async (name: string) => (await source.read(name, 0)) ?? new Uint8Array();
const kill = (value: string) =>
  server.call(trustRoutes.kill, { body: { kind: 'plugin', value, reason: 'It steals photos' } });

describe('a server with nothing configured', () => {
  test('has one key, for itself alone, and says so', async () => {
    const state = await server.call(trustRoutes.state);
    expect(state.root).toMatchObject({ kind: 'one-key', version: 1, keys: 1, threshold: 1 });
    expect(state.root.says).toContain('One key on this server signs everything');
    const pem = await readFile(join(server.dataDir, 'keys', 'signing.pem'), 'utf8');
    expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    const { items } = await server.call(trustRoutes.keys);
    expect(items).toMatchObject([
      { keyId: state.serverKey.keyId, role: 'marketplace', publisher: null, revoked: null },
    ]);
  });

  test('serves metadata to anybody: what never changes is kept, the timestamp is asked for anew', async () => {
    const timestamp = await get('timestamp.json');
    expect(timestamp.headers.get('cache-control')).toBe('no-cache');
    expect(timestamp.headers.get('content-type')).toContain('application/json');
    for (const name of ['1.root.json', '1.snapshot.json', '1.targets.json'])
      expect((await get(name)).headers.get('cache-control'), name).toBe('public, max-age=31536000, immutable');
    for (const name of ['2.root.json', 'root.json', '..%2f..%2fsigning.pem', 'signing.pem'])
      expect((await get(name)).status, name).toBe(404);
  });

  test('lets a client follow a new entry of the kill list, and check it offline', async () => {
    const store = trustFolder(join(folder, 'ours'));
    await trustRoot(store, await bytesOf('1.root.json'));
    const before = await updateTrust(source, store, new Date());
    await kill('followed');
    const after = await updateTrust(source, store, new Date());
    expect(after.timestampVersion).toBe(before.timestampVersion + 1);
    expect(after.killList).toContainEqual(expect.objectContaining({ kind: 'plugin', value: 'followed' }));
    expect(await readTrust(store, new Date())).toEqual(after);
    // Two weeks later nobody knows any more what was added.
    const later = new Date(Date.now() + 14 * 86_400_000);
    await expect(readTrust(store, later)).rejects.toThrow('The metadata has expired. timestamp.json');
  });

  test('serves what the reference client of TUF accepts', async () => {
    await kill('for-tuf-js');
    const metadataDir = join(folder, 'tuf-js');
    await mkdir(metadataDir);
    await writeFile(join(metadataDir, 'root.json'), await bytesOf('1.root.json'));
    const base = `${server.url}/api/trust/files`;
    const options = { metadataDir, metadataBaseUrl: base, targetDir: metadataDir, targetBaseUrl: base };
    const updater = new Updater({ ...options, config: { fetchRetries: 0 } });
    await updater.refresh();
    const target = await updater.getTargetInfo('kill-list.json');
    if (target === undefined) throw new Error('It does not find the kill list.');
    const list = await readFile(await updater.downloadTarget(target, join(metadataDir, 'kill-list.json')), 'utf8');
    expect(list).toContain('"for-tuf-js"');
  });
});

describe('metadata that grows old', () => {
  test('is signed again by itself: the timestamp in days, the root of one key in half a year, and clients follow', async () => {
    await using database = await openTestDatabase();
    const keyFolder = join(database.dataDir, 'keys');
    await using trust = await openTrust({
      db: database,
      log: createLog('silent'),
      keyFolder,
      catalog: releasedCatalog,
    });
    const { signingKey: key } = trust;
    const store = trustFolder(join(database.dataDir, 'client'));
    await trustRoot(store, (await trust.file('1.root.json')) ?? new Uint8Array());
    const follow = (now: Date) => updateTrust({ read: (name) => trust.file(name) }, store, now);
    const first = await follow(new Date());
    const renewedOn = async (days: number) => {
      const now = new Date(Date.now() + days * 86_400_000);
      await asSystem(database, 'trust', async (tx) => {
        await lockTrust(tx);
        await followRoot(tx, { keyFolder, key, now });
        await publishTrust(tx, { key, now, drawCatalog: releasedCatalog.draw });
      });
      return follow(now);
    };
    expect(await renewedOn(1)).toMatchObject({ timestampVersion: first.timestampVersion, root: { version: 1 } });
    expect(await renewedOn(5)).toMatchObject({ timestampVersion: first.timestampVersion + 1, root: { version: 1 } });
    expect(await renewedOn(200)).toMatchObject({ timestampVersion: first.timestampVersion + 2, root: { version: 2 } });
    expect(await renewedOn(500)).toMatchObject({ root: { version: 3 } });
  });
});

describe('a root whose keys are kept elsewhere', () => {
  const log = createLog('silent');
  const offline = [makeSigningKey(), makeSigningKey(), makeSigningKey()];
  const rootKeys = offline.map(({ key }) => key);
  const expires = new Date(Date.now() + 400 * 86_400_000);

  /** A folder of keys as an operator lays it. */
  async function keyFolderOf(
    database: { dataDir: string },
    files: Record<string, string | Uint8Array>,
  ): Promise<string> {
    const keyFolder = join(database.dataDir, 'keys');
    await mkdir(keyFolder, { recursive: true });
    for (const [name, content] of Object.entries(files))
      await writeFile(join(keyFolder, name), content, { mode: 0o600 });
    return keyFolder;
  }

  test('is used where it lies beside the key of the server, which it names', async () => {
    await using database = await openTestDatabase();
    const { key, pem } = makeSigningKey();
    const root = makeRoot({ version: 1, expires, rootKeys, threshold: 2, serverKey: key }, rootKeys.slice(1));
    const keyFolder = await keyFolderOf(database, { 'signing.pem': pem, '1.root.json': metadataBytes(root) });
    await using trust = await openTrust({ db: database, log, keyFolder, catalog: releasedCatalog });
    expect(trust.state().root).toMatchObject({ kind: 'offline', keys: 3, threshold: 2 });
    const entry = {
      kind: 'plugin',
      value: 'thief',
      reason: 'A test',
      from: new Date(0),
      actor: systemActor('test'),
    } as const;
    await trust.change((tx) => insertKill(tx, entry));
    const store = trustFolder(join(database.dataDir, 'client'));
    await trustRoot(store, metadataBytes(root));
    expect((await updateTrust({ read: (name) => trust.file(name) }, store, new Date())).killList).toHaveLength(1);
  });

  test('that names another key, or was changed, keeps the server from starting', async () => {
    await using database = await openTestDatabase();
    const { pem } = makeSigningKey();
    const other = makeRoot({ version: 1, expires, rootKeys, threshold: 2, serverKey: makeSigningKey().key }, rootKeys);
    const keyFolder = await keyFolderOf(database, { 'signing.pem': pem, '1.root.json': metadataBytes(other) });
    await expect(openTrust({ db: database, log, keyFolder, catalog: releasedCatalog })).rejects.toThrow(
      'does not name its signing key',
    );
    const text = Buffer.from(metadataBytes(other)).toString();
    await writeFile(join(keyFolder, '1.root.json'), text.replace('"threshold": 2', '"threshold": 1'));
    await expect(openTrust({ db: database, log, keyFolder, catalog: releasedCatalog })).rejects.toThrow(
      'not signed by enough of the keys',
    );
  });

  test('follows the one key of a server when that signed it too, and clients follow; a server key can be replaced', async () => {
    await using database = await openTestDatabase();
    const keyFolder = await keyFolderOf(database, {});
    const store = trustFolder(join(database.dataDir, 'client'));
    let first: Uint8Array;
    {
      await using trust = await openTrust({ db: database, log, keyFolder, catalog: releasedCatalog });
      first = (await trust.file('1.root.json')) ?? new Uint8Array();
      await trustRoot(store, first);
      await updateTrust({ read: (name) => trust.file(name) }, store, new Date());
      // A root that has nothing to do with the first is no successor.
      const plan = { expires, rootKeys, threshold: 2, serverKey: trust.signingKey };
      const unrelated = makeRoot({ ...plan, version: 1 }, rootKeys);
      await writeFile(join(keyFolder, '1.root.json'), metadataBytes(unrelated));
      await expect(openTrust({ db: database, log, keyFolder, catalog: releasedCatalog })).rejects.toThrow(
        'another than the one that clients',
      );
      await rm(join(keyFolder, '1.root.json'));
      await writeFile(join(keyFolder, '2.root.json'), metadataBytes(makeRoot({ ...plan, version: 2 }, rootKeys)));
      await expect(openTrust({ db: database, log, keyFolder, catalog: releasedCatalog })).rejects.toThrow(
        'not signed by enough of the keys',
      );
      const before = parseMetadata('root', first, '1.root.json');
      const second = makeRoot({ ...plan, version: 2 }, [trust.signingKey, ...rootKeys], before);
      await writeFile(join(keyFolder, '2.root.json'), metadataBytes(second));
      const { key, pem } = makeSigningKey();
      const third = makeRoot({ ...plan, version: 3, serverKey: key }, rootKeys, second);
      await writeFile(join(keyFolder, '3.root.json'), metadataBytes(third));
      await writeFile(join(keyFolder, 'signing.pem'), pem);
    }
    await using trust = await openTrust({ db: database, log, keyFolder, catalog: releasedCatalog });
    expect(trust.state().root).toMatchObject({ kind: 'offline', version: 3 });
    const followed = await updateTrust({ read: (name) => trust.file(name) }, store, new Date());
    expect(followed.root).toEqual({ version: 3, keys: 3, threshold: 2 });
  });

  test('without the key that signed before, a server does not start', async () => {
    await using database = await openTestDatabase();
    const keyFolder = await keyFolderOf(database, {});
    await (await openTrust({ db: database, log, keyFolder, catalog: releasedCatalog }))[Symbol.asyncDispose]();
    const path = join(keyFolder, 'signing.pem');
    const pem = await readFile(path);
    await rm(path);
    await expect(openTrust({ db: database, log, keyFolder, catalog: releasedCatalog })).rejects.toThrow(
      'restore it from your backup',
    );
    await writeFile(path, pem, { mode: 0o644 });
    await expect(openTrust({ db: database, log, keyFolder, catalog: releasedCatalog })).rejects.toThrow(
      'can be read by others',
    );
  });
});

describe('the keys of publishers', () => {
  test('are added once, under a name that is nobody else’s, and only as what they are', async () => {
    const { key } = makeSigningKey();
    const add = async (body: object) => {
      const headers = { 'content-type': 'application/json' };
      const response = await server.owner.fetch('/api/trust/keys', {
        method: 'POST',
        body: JSON.stringify(body),
        headers,
      });
      return response.ok ? 'added' : ((await response.json()) as { code: string }).code; // a problem document
    };
    const good = { publicKey: key.spki, publisher: 'harbour-labs' };
    for (const publisher of ['proofpix', 'local', 'Harbour', '../x', ''])
      expect(await add({ ...good, publisher }), publisher).toBe('invalid_request');
    for (const publicKey of ['', 'abc', key.spki.slice(4), `${key.spki}=`])
      expect(await add({ ...good, publicKey }), publicKey).toBe('invalid_request');
    expect(await add({ ...good, from: '2026-13-40T00:00:00Z' })).toBe('invalid_request');
    expect(await add(good)).toBe('added');
    expect(await add(good)).toBe('signing_key_exists');
    const nobodys = { keyId: 'ab'.repeat(32) };
    await expect(server.call(trustRoutes.revokeKey, { params: nobodys, body: { reason: 'A test' } })).rejects.toThrow(
      'no such key',
    );
  });
});
