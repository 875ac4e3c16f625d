import { createHash, createPublicKey, verify } from 'node:crypto';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSamplePhoto } from '@proofpix/samples/sample-photo';
import { hookFile, openPlugin, type OpenedPlugin } from '../../test/open-plugin.ts';

let plugin: OpenedPlugin;
beforeAll(async () => {
  plugin = await openPlugin(dirname(dirname(fileURLToPath(import.meta.url))));
});
afterAll(async () => plugin?.[Symbol.asyncDispose]());

const photo = makeSamplePhoto();
const hex = (algorithm: string, bytes: Uint8Array | string) => createHash(algorithm).update(bytes).digest('hex');

type Attestation = { statement: string; signature: string; publicKey: string };

function fits({ statement, signature, publicKey }: Attestation): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), type: 'spki', format: 'der' });
  return verify(null, Buffer.from(statement), key, Buffer.from(signature, 'base64'));
}

const textOf = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

test('gives both digests, and a manifest whose signature fits the digest of the photo', async () => {
  const { result, metadata, findings, files } = await plugin.process(photo, { name: 'lake.jpg' });
  expect(result.error).toBeUndefined();
  expect(metadata).toEqual({ 'Hash:SHA256': hex('sha256', photo), 'Hash:SHA512': hex('sha512', photo) });
  expect(findings).toEqual([]);
  const manifest = JSON.parse(textOf(files.get('evidence-manifest.json')));
  expect(manifest).toMatchObject({
    file: { name: 'lake.jpg', size: photo.length },
    digests: { sha256: hex('sha256', photo), sha512: hex('sha512', photo) },
    plugin: { id: 'evidence-hash', version: '1.0.0' },
  });
  expect(manifest.attestation.statement).toContain(hex('sha256', photo));
  expect(fits(manifest.attestation)).toBe(true);
  expect(fits({ ...manifest.attestation, statement: `${manifest.attestation.statement} ` })).toBe(false);
});

test('writes the same bytes for the same photo but for the signed time, with sorted keys and nothing between them', async () => {
  const first = textOf((await plugin.process(photo)).files.get('evidence-manifest.json'));
  const second = textOf((await plugin.process(photo)).files.get('evidence-manifest.json'));
  const unsigned = (text: string) => text.replace(/"signature":"[^"]+"/, '').replace(/time: [\d:.TZ-]+/, '');
  expect(unsigned(first)).toBe(unsigned(second));
  expect(first).toMatch(/^\{"attestation":\{"publicKey":/);
  expect(first).not.toMatch(/[:,] "/);
});

test('says when the stored photo is another one than the one that was received', async () => {
  const file = { ...hookFile(photo, 'lake.jpg'), sha256: '0'.repeat(64) };
  const read = async (offset: number, length: number) => photo.subarray(offset, offset + length);
  const { metadata, findings } = await plugin.call('file:process', { file, metadata: {} }, { photo: { file, read } });
  expect(metadata['Hash:SHA256']).toBe(hex('sha256', photo));
  expect(findings).toMatchObject([
    {
      severity: 'strong',
      question: 'edited',
      title: 'The stored photo is not the one that was received',
      evidence: { received: '0'.repeat(64), stored: hex('sha256', photo) },
    },
  ]);
});

const source = { plugin: 'evidence-hash', version: '1.0.0', digest: 'a'.repeat(64) };
const exhibit = (number: number, by = source) => ({
  number,
  caption: 'The lake',
  file: hookFile(photo, `photo-${number}.jpg`),
  metadata: { 'Hash:SHA512': 'f'.repeat(128) },
  sources: { 'Hash:SHA512': by },
  files: [{ name: 'preview.jpg', size: 3, sha256: 'b'.repeat(64), type: 'image/jpeg', source }],
});

test('signs the hashes of a whole case as one list, which nobody can shorten', async () => {
  const report = {
    title: 'Harbour Street 14',
    reference: 'HS-14',
    generatedAt: '2026-06-21T12:00:00.000Z',
    exhibits: [exhibit(1), exhibit(2, { ...source, plugin: 'somebody-else' })],
  };
  const { result, files } = await plugin.call('export:generate', { report, format: 'hash-manifest' });
  expect(result.error).toBeUndefined();
  const text = textOf(files.get('hash-manifest.json'));
  const { manifest, attestation } = JSON.parse(text);
  expect(manifest).toMatchObject({
    case: { title: 'Harbour Street 14', reference: 'HS-14' },
    exhibits: [
      { number: 1, sha256: hex('sha256', photo), sha512: 'f'.repeat(128), derived: [{ name: 'preview.jpg' }] },
      { number: 2, sha512: null },
    ],
  });
  // The manifest stands in the text as it was signed.
  const signed = text.slice(text.indexOf('"manifest":') + '"manifest":'.length, -1);
  expect(attestation.statement).toContain(hex('sha256', signed));
  expect(fits(attestation)).toBe(true);
});

test('writes the list of a single run too, and says when it was not given a report', async () => {
  const { number: _, ...run } = exhibit(1);
  const { files } = await plugin.call('export:generate', { report: run, format: 'hash-manifest' });
  expect(JSON.parse(textOf(files.get('hash-manifest.json'))).manifest).toMatchObject({
    case: null,
    exhibits: [{ number: 1 }],
  });
  const { result } = await plugin.call('export:generate', { report: {}, format: 'hash-manifest' });
  expect(result.error).toMatchObject({
    code: 'plugin_error',
    message: 'The report is not one: exhibit 1 has no file.',
  });
});
