import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKeys } from './keys.ts';

const text = (value: string) => new TextEncoder().encode(value);

describe('the keys', () => {
  let folder: string;
  let keyFile: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proofpix-test-'));
    keyFile = join(folder, 'data.keys', 'master.key');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are made at the first start, for their owner alone, and stay', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => openKeys({ keyFile })));
    expect(made.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(made.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'data.keys'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, 'data.keys'))).toEqual(['master.key']);
    expect((await openKeys({ keyFile })).created).toBe(false);
  });

  it('open what they sealed, also after a restart', async () => {
    const sealed = (await openKeys({ keyFile })).seal(text('secret'), 'plugin-storage/a');
    expect((await openKeys({ keyFile })).open(sealed, 'plugin-storage/a')).toEqual(text('secret'));
    expect(Buffer.from(sealed).includes('secret')).toBe(false);
    const keys = await openKeys({ keyFile });
    expect(keys.open(keys.seal(new Uint8Array(), 'empty'), 'empty')).toEqual(new Uint8Array());
    expect(keys.seal(text('same'), 'a')).not.toEqual(keys.seal(text('same'), 'a'));
  });

  it('open nothing that was changed in any byte, cut, lengthened, or sealed for something else', async () => {
    const keys = await openKeys({ keyFile });
    const sealed = keys.seal(text('secret'), 'plugin-storage/a');
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = sealed.slice();
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => keys.open(changed, 'plugin-storage/a'), `byte ${index}`).toThrow();
    }
    for (const wrong of [
      sealed.subarray(0, -1),
      sealed.subarray(0, 20),
      new Uint8Array(),
      Uint8Array.of(...sealed, 0),
    ]) {
      expect(() => keys.open(wrong, 'plugin-storage/a')).toThrow();
    }
    expect(() => keys.open(sealed, 'plugin-storage/b')).toThrow(
      'The sealed value was changed, or belongs to something else.',
    );
  });

  it('open nothing with another master key', async () => {
    const other = await openKeys({ keyFile: join(folder, 'other', 'master.key') });
    const sealed = (await openKeys({ keyFile })).seal(text('secret'), 'a');
    expect(() => other.open(sealed, 'a')).toThrow();
    expect(other.fingerprint).not.toBe((await openKeys({ keyFile })).fingerprint);
    expect(await readFile(keyFile, 'utf8')).not.toContain((await openKeys({ keyFile })).fingerprint);
  });

  it.skipIf(process.platform === 'win32')(
    'refuse a file or folder that others can read or exchange, with the command that mends it',
    async () => {
      await chmod(keyFile, 0o640);
      await expect(openKeys({ keyFile })).rejects.toThrow(
        `The key file ${keyFile} can be read by other users: run "chmod 600 ${keyFile}".`,
      );
      await chmod(keyFile, 0o600);
      await chmod(join(folder, 'data.keys'), 0o770);
      await expect(openKeys({ keyFile })).rejects.toThrow('can be written by other users: run "chmod 700');
      await chmod(join(folder, 'data.keys'), 0o700);
      await expect(openKeys({ keyFile })).resolves.toBeDefined();
    },
  );

  it('refuse a damaged file instead of making another key', async () => {
    const damaged = join(folder, 'damaged.key');
    await writeFile(damaged, 'proofpix-key-1 abc\n', { mode: 0o600 });
    await expect(openKeys({ keyFile: damaged })).rejects.toThrow(
      `The key file ${damaged} is damaged: restore it from your backup.`,
    );
    expect(await readFile(damaged, 'utf8')).toBe('proofpix-key-1 abc\n');
    await expect(openKeys({ keyFile: folder })).rejects.toThrow('is not a file');
    await expect(openKeys({ keyFile: join(damaged, 'master.key') })).rejects.toThrow(/^The key file .* cannot be read/);
  });
});
