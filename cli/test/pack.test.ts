import { cp, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPackage } from '@proofpix/scanner/read-package';
import { makeWorkplace, type Workplace } from './proofpix.ts';

let place: Workplace;
beforeAll(async () => {
  place = await makeWorkplace();
  await place.plugin('packed', {
    'src/index.ts': `import { double } from 'doubler';\nexport default { hooks: { 'file:process': () => ({ metadata: { n: double(Date.now()) } }) } };`,
    'node_modules/doubler/package.json':
      '{"name":"doubler","version":"2.0.1","license":"MIT","type":"module","main":"index.js"}',
    'node_modules/doubler/index.js': 'export const double = (n) => n * 2;',
    'README.md': '# Packed',
  });
});
afterAll(() => place[Symbol.asyncDispose]());

describe('proofpix pack', { timeout: 300_000 }, () => {
  test.each(['zip', 'tgz'])(
    'writes the same %s byte for byte from another folder and with other times',
    async (format) => {
      await cp(join(place.folder, 'packed'), join(place.folder, `deeper-${format}/copy`), { recursive: true });
      await utimes(join(place.folder, `deeper-${format}/copy/src/index.ts`), 1_000, 1_000);
      const first = await place.run('pack', 'packed', '-o', `first.${format}`, '--json');
      const second = await place.run('pack', `deeper-${format}/copy`, '-o', `second.${format}`, '--json');
      expect([first.code, second.code]).toEqual([0, 0]);
      const [one, two] = [
        await readFile(join(place.folder, `first.${format}`)),
        await readFile(join(place.folder, `second.${format}`)),
      ];
      expect(one.equals(two)).toBe(true);
      const said = JSON.parse(first.stdout) as Record<string, unknown>;
      const read = await readPackage(new Uint8Array(one), { fileName: `first.${format}` });
      expect(said).toMatchObject({
        id: 'packed',
        version: '1.0.0',
        digest: read.digest,
        archiveDigest: read.archiveDigest,
        bundled: [{ name: 'doubler', version: '2.0.1', license: 'MIT' }],
      });
    },
  );

  test('gives ZIP and TAR.GZ one identity', async () => {
    const digestOf = async (name: string) => {
      const { stdout } = await place.run('pack', 'packed', '-o', name, '--json');
      const { digest, archiveDigest } = JSON.parse(stdout) as { digest: string; archiveDigest: string };
      return { digest, archiveDigest };
    };
    const [zip, tgz] = [await digestOf('same.zip'), await digestOf('same.tar.gz')];
    expect(zip.digest).toBe(tgz.digest);
    expect(zip.archiveDigest).not.toBe(tgz.archiveDigest);
  });

  test('names the field that is wrong, and leaves no package behind', async () => {
    await place.plugin('unpackable', { 'index.js': '' }, { version: 'one' });
    const { code, stderr, stdout } = await place.run('pack', 'unpackable', '-o', 'never.zip');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('/version must be a semantic version');
    await expect(readFile(join(place.folder, 'never.zip'))).rejects.toThrow();
  });
});
