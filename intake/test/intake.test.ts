import { afterAll, describe, expect, test } from 'vitest';
import { createIntake } from '@proofpix/intake/create-intake';
import type { Progress } from '@proofpix/intake/messages';
import { writeArchive } from '@proofpix/pack/write-archive';
import { examinePackage } from '@proofpix/scanner/examine-package';
import { sha256 } from '@proofpix/scanner/identity';
import { readPackage } from '@proofpix/scanner/read-package';

const lost: string[] = [];
const intake = createIntake({ spare: 1, onLost: ({ reason }) => lost.push(reason) });
afterAll(() => intake[Symbol.asyncDispose]());
const scan = (archive: Uint8Array, more: { fileName?: string; key?: string } = {}) =>
  intake.scan({ organisationId: 'organisation-1', archive, ...more });

const manifest = {
  id: 'scanned-plugin',
  name: 'Scanned plugin',
  version: '1.0.0',
  description: 'Is read by another process',
  author: 'Somebody',
  type: 'processor',
  category: 'other',
  permissions: ['files'],
  hooks: ['file:process'],
};

function filesOf(code: string, more: Record<string, string> = {}): Map<string, Uint8Array> {
  const all = { 'manifest.json': JSON.stringify(manifest), 'index.js': code, 'README.md': '# Read me', ...more };
  return new Map(Object.entries(all).map(([path, text]) => [path, Buffer.from(text)]));
}

const harmless = `module.exports.hooks = { 'file:process': () => ({ metadata: {} }) };`;

describe('a package that is scanned by a process of its own', () => {
  test('is read as it would be here, with what the rules find in it', async () => {
    const files = filesOf(`${harmless}\neval(atob('MQ=='));`);
    const archive = await writeArchive(files);
    const { package: read, scan: result, components } = await scan(archive, { fileName: 'plugin.zip' });
    expect(read).toEqual(await readPackage(archive));
    expect({ scan: result, components }).toEqual(examinePackage(read.files, read.manifest));
    expect(result.findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['eval', 'licence-missing']));
    expect(result.verdict).toBe('block');
    expect(lost).toEqual([]);
  });

  test('has one canonical archive, whatever it came in', async () => {
    const files = filesOf(harmless, { 'empty.txt': '', 'notes/a.txt': 'a', 'last.txt': '' });
    const zip = await writeArchive(files);
    const tar = await writeArchive(files, 'tgz');
    const [fromZip, fromTar] = [await scan(zip), await scan(tar)];
    expect(Buffer.compare(fromTar.archive, zip)).toBe(0);
    expect(Buffer.compare(fromZip.archive, zip)).toBe(0);
    expect(fromTar.package).toMatchObject({
      format: 'tar.gz',
      archiveDigest: await sha256(zip),
      digest: (await readPackage(zip)).digest,
    });
    expect(fromTar.receivedDigest).toBe(await sha256(tar));
  });

  test('is refused for the same reasons, with rule and fields', async () => {
    await expect(scan(Buffer.from('no archive at all'))).rejects.toMatchObject({ code: 'package_not_archive' });
    const zip = await writeArchive(filesOf(harmless));
    await expect(scan(Buffer.concat([zip, Buffer.from('more')]))).rejects.toMatchObject({
      code: 'package_refused',
      rule: 'zip_end',
    });
    await expect(scan(zip, { fileName: 'plugin.tar.gz' })).rejects.toMatchObject({ rule: 'name_mismatch' });
    const wrong = await writeArchive(new Map([['manifest.json', Buffer.from('{"id":"x"}')]]));
    await expect(scan(wrong)).rejects.toMatchObject({
      code: 'manifest_invalid',
      fields: expect.arrayContaining([{ field: '/name', message: 'is required' }]) as unknown,
    });
    expect(lost).toEqual([]);
  });

  test('tells on the way how far its scan is', async () => {
    const code = `${harmless}\n${"x = [1, 'a', () => 2];\n".repeat(8_000)}`;
    const files = filesOf(harmless, Object.fromEntries([1, 2, 3, 4, 5].map((index) => [`lib/${index}.js`, code])));
    const told: Progress[] = [];
    const look = setInterval(() => {
      const progress = intake.progressOf('this one');
      if (progress !== null) told.push(progress);
    }, 5);
    await scan(await writeArchive(files), { key: 'this one' }).finally(() => clearInterval(look));
    expect(intake.progressOf('this one')).toBeNull();
    expect(told.some(({ phase, of }) => phase === 'analyse' && of === files.size)).toBe(true);
    const done = told.map((progress) => progress.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  });
});
