import { describe, expect, test } from 'vitest';
import { writeArchive } from '@proofpix/pack/write-archive';
import { packageDigest } from '@proofpix/scanner/identity';
import { readArchive } from '@proofpix/scanner/read-archive';

const MB = 1024 * 1024;
const digestOf = async (archive: Uint8Array) => packageDigest((await readArchive(archive)).files);

describe('an archive in canonical form', () => {
  test('is accepted however well its files compress', async () => {
    const large = new Map([
      ['a.bin', new Uint8Array(3 * MB)],
      ['b.bin', new Uint8Array(40 * MB)],
    ]);
    const many = new Map(Array.from({ length: 1_500 }, (_, index) => [`f${index}`, new Uint8Array(2_000)]));
    for (const files of [large, many]) {
      const archive = await writeArchive(files);
      expect(await digestOf(archive)).toBe(await packageDigest(files));
      expect(Buffer.compare(archive, await writeArchive(new Map([...files].reverse())))).toBe(0);
    }
  });

  test('is no larger for it than it has to be', async () => {
    const archive = await writeArchive(
      new Map([
        ['a', new Uint8Array(MB)],
        ['b', new Uint8Array(40 * MB)],
      ]),
    );
    expect(archive.length).toBeLessThan(2 * MB);
  });

  test('says so where a TAR.GZ would be refused as a bomb', async () => {
    await expect(writeArchive(new Map([['a', new Uint8Array(3 * MB)]]), 'tgz')).rejects.toMatchObject({
      code: 'pack_failed',
    });
  });
});
