import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { preAuthentication, signEnvelope } from '../src/dsse.ts';
import { readKeyFile, writeKeyFile } from '../src/key-file.ts';
import { makeSigningKey, publicPem, readPublicKey, readSigningKey } from '../src/keys.ts';
import { isKillValue, killedBy } from '../src/kill-list.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofpix-keys-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('the pre-authentication encoding is the one of the specification', () => {
  const encoded = preAuthentication('http://example.com/HelloWorld', Buffer.from('hello world'));
  expect(encoded.toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  // Bytes, not characters.
  expect(preAuthentication('é', Buffer.from('ü')).toString()).toBe('DSSEv1 2 é 2 ü');
});

test('an envelope is checked by anybody who has the key in its usual form', () => {
  const { key } = makeSigningKey();
  const { payload, signatures } = signEnvelope('text/plain', Buffer.from('hello'), [key]);
  const bytes = Buffer.from(`DSSEv1 10 text/plain 5 ${Buffer.from(payload, 'base64').toString()}`);
  const signature = Buffer.from(signatures[0]?.sig ?? '', 'base64');
  expect(verify(null, bytes, createPublicKey(publicPem(key)), signature)).toBe(true);
});

test('a key is a file that only its owner reads, and that is never written over', async () => {
  const { key, pem } = makeSigningKey();
  const path = join(folder, 'key.pem');
  await writeKeyFile(path, pem);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await readKeyFile(path)).id).toBe(key.id);
  await expect(writeKeyFile(path, pem)).rejects.toThrow('EEXIST');
  await chmod(path, 0o640);
  await expect(readKeyFile(path)).rejects.toThrow('can be read by others: run "chmod 600');
});

test('keys of other kinds, and what is none, are refused', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const other = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  expect(() => readSigningKey(other)).toThrow('not Ed25519');
  expect(() => readSigningKey('a text')).toThrow('holds no private key');
  expect(() => readPublicKey(publicKey.export({ type: 'spki', format: 'pem' }).toString())).toThrow(
    'not a public Ed25519',
  );
  const { key } = makeSigningKey();
  expect(readPublicKey(publicPem(key)).id).toBe(key.id);
  expect(readPublicKey(key.spki).id).toBe(key.id);
  for (const wrong of [`${key.spki} `, key.spki.slice(4), `x${key.spki.slice(1)}`, ''])
    expect(() => readPublicKey(wrong), wrong).toThrow('not a public Ed25519');
  await writeFile(join(folder, 'large.pem'), 'x'.repeat(20_000), { mode: 0o600 });
  await expect(readKeyFile(join(folder, 'large.pem'))).rejects.toThrow('too large');
});

test('the kill list names packages by key, publisher, plugin, version and identity, from a time on', () => {
  const suspect = {
    id: 'exif',
    version: '1.0.0',
    digest: 'ab'.repeat(32),
    publishers: ['local', 'acme'],
    keyIds: ['cd'.repeat(32)],
  };
  const from = '2026-11-10T00:00:00.000Z';
  const hits = (
    kind: 'key' | 'publisher' | 'plugin' | 'version' | 'digest',
    value: string,
    now = '2026-11-10T00:00:00.000Z',
  ) => {
    expect(isKillValue(kind, value), value).toBe(true);
    return killedBy([{ kind, value, reason: 'A test', from }], suspect, new Date(now)) !== null;
  };
  for (const [kind, value] of [
    ['key', 'cd'.repeat(32)],
    ['publisher', 'acme'],
    ['plugin', 'exif'],
    ['plugin', 'acme/exif'],
    ['version', 'exif@1.0.0'],
    ['version', 'local/exif@1.0.0'],
    ['digest', 'ab'.repeat(32)],
  ] as const) {
    expect(hits(kind, value), value).toBe(true);
    expect(hits(kind, value, '2026-11-09T23:59:59.999Z'), value).toBe(false);
  }
  for (const [kind, value] of [
    ['key', 'ab'.repeat(32)],
    ['publisher', 'exif'],
    ['plugin', 'other/exif'],
    ['plugin', 'exif-reader'],
    ['version', 'exif@1.0.1'],
    ['version', 'other/exif@1.0.0'],
    ['digest', 'cd'.repeat(32)],
  ] as const)
    expect(hits(kind, value), value).toBe(false);
  for (const [kind, value] of [
    ['key', 'abc'],
    ['plugin', 'exif@1.0.0'],
    ['version', 'exif'],
    ['digest', 'AB'.repeat(32)],
    ['publisher', '../x'],
  ] as const)
    expect(isKillValue(kind, value), value).toBe(false);
});
