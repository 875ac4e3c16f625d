import { chmod, copyFile, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KillEntry, TrustedKey } from '@proofpix/contract/trust';
import { readKeyFile } from '@proofpix/signatures/key-file';
import { makeSigningKey, type SigningKey } from '@proofpix/signatures/keys';
import { metadataBytes, parseMetadata } from '@proofpix/signatures/trust/metadata';
import { publish } from '@proofpix/signatures/trust/publish';
import { makeRoot } from '@proofpix/signatures/trust/root';
import { makeWorkplace, type Outcome, type Workplace } from './proofpix.ts';

let place: Workplace;
let own: SigningKey;
const server = makeSigningKey().key;
const at = (...parts: string[]) => join(place.folder, ...parts);

beforeAll(async () => {
  place = await makeWorkplace();
  await place.plugin('signed', { 'index.js': `exports.hooks = { 'file:process': () => ({ metadata: {} }) };` });
  expect((await place.run('keys', 'make', 'publisher.pem')).code).toBe(0);
  own = await readKeyFile(at('publisher.pem'));
  const packed = await place.run(
    'pack',
    'signed',
    '-o',
    'signed.zip',
    '--sign',
    '--key',
    'publisher.pem',
    '--publisher',
    'acme',
  );
  expect(packed).toMatchObject({ code: 0, stdout: expect.stringContaining(`acme, key ${own.id}`) });
  await writeTrust('source', {});
  expect((await place.run('keys', 'fetch', 'source', '--trust', 'trust', '--first-use')).code).toBe(0);
});
afterAll(() => place[Symbol.asyncDispose]());

/** What a server would serve, as a folder. */
async function writeTrust(
  folder: string,
  {
    keys = [],
    kills = [],
    now = new Date(),
    root,
  }: { keys?: TrustedKey[]; kills?: KillEntry[]; now?: Date; root?: Uint8Array },
): Promise<void> {
  const expires = new Date(Date.now() + 365 * 86_400_000);
  const first = makeRoot({ version: 1, expires, rootKeys: [server], threshold: 1, serverKey: server }, [server]);
  const made = publish(
    { keys: keys.length > 0 ? keys : [trustedKey()], killList: kills },
    { before: null, key: server, now },
  );
  await mkdir(at(folder), { recursive: true });
  await writeFile(at(folder, '1.root.json'), root ?? metadataBytes(first));
  for (const [name, bytes] of made?.files ?? []) await writeFile(at(folder, name), bytes);
}

function trustedKey(more: Partial<TrustedKey> = {}): TrustedKey {
  const from = '2026-01-01T00:00:00.000Z';
  const { id: keyId, spki: publicKey } = own;
  return { keyId, publicKey, role: 'publisher', publisher: 'acme', from, until: null, revoked: null, ...more };
}

type Verdict = { state: string; checks: { check: string; result: string; says: string }[] };
async function verdict(...args: string[]): Promise<{ code: number; state: string; failed: string; says: string }> {
  const { code, stdout, stderr } = await place.run('verify', ...args, '--json');
  if (stdout === '') throw new Error(stderr);
  const { state, checks } = JSON.parse(stdout) as Verdict; // the command says so
  const failed = checks.find(({ result }) => result === 'failed');
  return { code, state, failed: failed?.check ?? '', says: failed?.says ?? '' };
}
/** Judged by a trust of its own. */
async function verdictBy(name: string, options: Parameters<typeof writeTrust>[1]) {
  await writeTrust(`source-${name}`, options);
  const fetched = await place.run('keys', 'fetch', `source-${name}`, '--trust', `trust-${name}`, '--first-use');
  expect(fetched.stderr).not.toContain('Error');
  expect(fetched.code).toBe(0);
  return verdict('signed.zip', '--trust', `trust-${name}`);
}

describe('proofpix verify of a package', { timeout: 300_000 }, () => {
  test('says of each check what it found, and ends with 0 only where the package is proven', async () => {
    const { code, stdout } = await place.run('verify', 'signed.zip', '--trust', 'trust');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^PROVEN\. /);
    for (const line of [
      'Archive        zip, 4 files',
      'Manifest       signed 1.0.0',
      'Publisher      acme, key ',
      'Kill list      not on it',
    ])
      expect(stdout).toContain(line);
    expect(await verdict('signed.zip')).toMatchObject({ code: 2, state: 'unproven' });
    await copyFile(at('signed.zip'), at('alone.zip'));
    expect(await verdict('alone.zip')).toMatchObject({ code: 2, state: 'unproven' });
    expect(await verdict('alone.zip', '--trust', 'trust')).toMatchObject({ code: 2, state: 'unproven' });
    expect(await verdict('alone.zip', '--trust', 'trust', '--signature', 'signed.zip.sig.json')).toMatchObject({
      code: 0,
    });
  });

  test('names the first thing that is wrong, whatever was tampered with', async () => {
    const spoil = async (name: string, change: (bytes: Buffer) => Uint8Array | string) => {
      await cp(at('signed.zip'), at('spoilt.zip'));
      await cp(at('signed.zip.sig.json'), at('spoilt.zip.sig.json'));
      await writeFile(at(name), change(await readFile(at(name))));
      return verdict('spoilt.zip', '--trust', 'trust');
    };
    const flip = (bytes: Buffer) => {
      const middle = Math.floor(bytes.length / 2);
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      return bytes;
    };
    expect(await spoil('spoilt.zip', flip)).toMatchObject({
      code: 2,
      failed: expect.stringMatching(/archive|manifest|signature/),
    });
    const signature = (change: (text: string) => string) =>
      spoil('spoilt.zip.sig.json', (bytes) => change(bytes.toString()));
    expect(
      await signature((text) => text.replace(/"sig": "(.)/, (_, first) => `"sig": "${first === 'A' ? 'B' : 'A'}`)),
    ).toMatchObject({
      failed: 'signature',
      says: expect.stringContaining('does not fit'),
    });
    expect(await signature((text) => text.replace(/"keyid": "./, '"keyid": "z'))).toMatchObject({
      failed: 'signature',
    });
    expect(await signature(() => '[]')).toMatchObject({ failed: 'signature' });
    await place.plugin('signed', {
      'index.js': `exports.hooks = { 'file:process': () => ({ metadata: { stolen: 1 } }) };`,
    });
    await place.run('pack', 'signed', '-o', 'other.zip');
    await copyFile(at('signed.zip.sig.json'), at('other.zip.sig.json'));
    expect(await verdict('other.zip', '--trust', 'trust')).toMatchObject({
      failed: 'signature',
      says: expect.stringContaining('The signature is for another package.'),
    });
  });

  test('judges by the keys and the kill list of the metadata', async () => {
    const stranger = makeSigningKey().key;
    const other = trustedKey({ keyId: stranger.id, publicKey: stranger.spki });
    expect(await verdictBy('unknown', { keys: [other] })).toMatchObject({
      says: expect.stringContaining('not one that is trusted'),
    });
    const revoked = { from: '2026-06-01T00:00:00.000Z', reason: 'Its disk was stolen' };
    expect(await verdictBy('revoked', { keys: [trustedKey({ revoked })] })).toMatchObject({
      code: 2,
      failed: 'signature',
      says: expect.stringContaining('Its disk was stolen'),
    });
    const kill = {
      kind: 'version',
      value: 'acme/signed@1.0.0',
      reason: 'It steals',
      from: '2026-06-01T00:00:00.000Z',
    } as const;
    expect(await verdictBy('killed', { kills: [kill] })).toMatchObject({
      code: 2,
      state: 'refused',
      failed: 'killList',
      says: expect.stringContaining('version acme/signed@1.0.0: It steals'),
    });
  });

  test('believes no metadata that was changed, or that nobody renewed', async () => {
    await cp(at('trust'), at('trust-changed'), { recursive: true });
    for (const name of (await readdir(at('trust-changed'))).filter((each) => /keys\.json|targets/.test(each))) {
      const text = await readFile(at('trust-changed', name), 'utf8');
      await writeFile(at('trust-changed', name), text.replace('acme', 'evil').replace(/"length": \d+/, '"length": 1'));
    }
    expect(await verdict('signed.zip', '--trust', 'trust-changed')).toMatchObject({ failed: 'trust', code: 2 });
    expect(await verdict('signed.zip', '--trust', 'not-there')).toMatchObject({ failed: 'trust', code: 2 });
    await writeTrust('source-old', { now: new Date(Date.now() - 30 * 86_400_000) });
    const fetched = await place.run('keys', 'fetch', 'source-old', '--trust', 'trust-old', '--first-use');
    expect(fetched).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The metadata has expired. timestamp.json'),
    });
    // Older than what was seen, though it is good by itself.
    const key = server;
    const content = { keys: [trustedKey()], killList: [] };
    const kill = { kind: 'plugin', value: 'thief', reason: 'It steals', from: '2026-06-01T00:00:00.000Z' } as const;
    const first = publish(content, { before: null, key, now: new Date() });
    const second = publish({ ...content, killList: [kill] }, { before: first, key, now: new Date() });
    await writeTrust('source-two', {});
    for (const [name, bytes] of second?.files ?? []) await writeFile(at('source-two', name), bytes);
    expect((await place.run('keys', 'fetch', 'source-two', '--trust', 'trust-two', '--first-use')).code).toBe(0);
    const rolledBack = await place.run('keys', 'fetch', 'source', '--trust', 'trust-two');
    expect(rolledBack).toMatchObject({ code: 2, stderr: expect.stringContaining('older than what was seen before') });
  });

  test('still tells evidence bundles, and files that are neither', async () => {
    await writeFile(at('note.txt'), 'neither');
    const { code, stdout } = await place.run('verify', 'note.txt');
    expect({ code, stdout }).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('Neither an evidence bundle nor a package.'),
    });
  });
});

describe('proofpix pack --sign', { timeout: 300_000 }, () => {
  test('says what is missing before it packs anything, and refuses a key that others can read', async () => {
    const missing = await place.run('pack', 'signed', '-o', 'never.zip', '--sign');
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no key to sign with.') });
    const nobody = await place.run('pack', 'signed', '-o', 'never.zip', '--sign', '--key', 'publisher.pem');
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('whose key it is') });
    await cp(at('publisher.pem'), at('open.pem'));
    await chmod(at('open.pem'), 0o644);
    const open = await place.run(
      'pack',
      'signed',
      '-o',
      'never.zip',
      '--sign',
      '--key',
      'open.pem',
      '--publisher',
      'acme',
    );
    expect(open).toMatchObject({ code: 1, stderr: expect.stringContaining('can be read by others: run "chmod 600') });
    await expect(stat(at('never.zip'))).rejects.toThrow('ENOENT');
  });
});

describe('proofpix keys', { timeout: 300_000 }, () => {
  const json = ({ stdout }: Outcome) => JSON.parse(stdout) as Record<string, never>; // with --json

  test('makes an offline root: a file for each key that only its owner reads, and what the server gets', async () => {
    const made = json(await place.run('keys', 'init', 'offline', '--root-keys', '3', '--threshold', '2', '--json'));
    expect(await readdir(at('offline'))).toEqual(['root-1.pem', 'root-2.pem', 'root-3.pem', 'server']);
    for (const file of ['root-1.pem', 'server/signing.pem'])
      expect((await stat(at('offline', file))).mode & 0o777).toBe(0o600);
    expect(made).toMatchObject({ rootKeys: [expect.any(String), expect.any(String), expect.any(String)] });
    const shown = json(await place.run('keys', 'show', 'offline/server/1.root.json', '--json'));
    expect(shown).toMatchObject({ version: 1, threshold: 2 });
    expect(await place.run('keys', 'init', 'offline')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is not empty'),
    });
    expect((await place.run('keys', 'init', 'more', '--root-keys', '1', '--threshold', '2')).code).toBe(1);
    expect((await place.run('keys', 'make', 'offline/root-1.pem')).stderr).toContain('exists already');
  });

  test('makes the next root only with enough of the old keys, and clients follow it', async () => {
    await place.run('keys', 'init', 'chain', '--root-keys', '2', '--threshold', '2');
    await place.run('keys', 'make', 'chain/new.pem');
    const rotate = (...signers: string[]) =>
      place.run(
        'keys',
        'rotate',
        'chain/server/1.root.json',
        ...signers.flatMap((file) => ['--sign', `chain/${file}`]),
        '--root-key',
        'chain/new.pem',
        '--root-key',
        'chain/root-1.pem',
        '--out',
        'chain/next',
      );
    expect(await rotate('root-1.pem', 'new.pem')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('signed by 1/2 keys'),
    });
    expect(await rotate('root-1.pem', 'root-2.pem')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('by 1/2 keys'),
    });
    expect((await rotate('root-1.pem', 'root-2.pem', 'new.pem')).code).toBe(0);
    const key = await readKeyFile(at('chain/server/signing.pem'));
    const made = publish({ keys: [trustedKey()], killList: [] }, { before: null, key, now: new Date() });
    await mkdir(at('chain/source'));
    for (const [name, bytes] of made?.files ?? []) await writeFile(at('chain/source', name), bytes);
    await cp(at('chain/next/2.root.json'), at('chain/source/2.root.json'));
    const root = 'chain/server/1.root.json';
    const fetched = await place.run(
      'keys',
      'fetch',
      'chain/source',
      '--trust',
      'chain/trust',
      '--root',
      root,
      '--json',
    );
    expect(json(fetched)).toMatchObject({ root: { version: 2, keys: 2, threshold: 2 }, keys: 1, killed: 0 });
    expect(parseMetadata('root', await readFile(at('chain/trust/root.json')), 'root').signed.version).toBe(2);
    const again = await place.run('keys', 'fetch', 'chain/source', '--trust', 'chain/trust', '--root', root);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('has a root already') });
    await rm(at('chain/source/timestamp.json'));
    expect(await place.run('keys', 'fetch', 'chain/source', '--trust', 'chain/trust')).toMatchObject({ code: 2 });
  });

  test('begins with no root by itself, and says when nobody answers', async () => {
    const unasked = await place.run('keys', 'fetch', 'source', '--trust', 'unasked');
    expect(unasked).toMatchObject({ code: 1, stderr: expect.stringContaining('--first-use') });
    const nobody = await place.run('keys', 'fetch', 'http://127.0.0.1:9', '--trust', 'trust');
    expect(nobody).toMatchObject({ code: 3, stderr: expect.stringContaining('could not be reached') });
    expect((await place.run('keys', 'fetch', 'nowhere', '--trust', 'trust')).code).toBe(1);
  });
});
