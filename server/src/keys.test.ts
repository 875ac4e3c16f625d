import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKeys } from './keys.ts';
import { addKeyVersion } from './keys/key-file.ts';

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

  it('come from the environment, where the proofs tell which version each is', async () => {
    const keyFile = join(folder, 'none', 'master.key');
    const [old, next, wrong] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
    const first = await openKeys({ keyFile, masterKey: old });
    const proofs = [{ version: 1, proof: first.prove(1) }];
    const sealed = first.seal(text('secret'), 'a');
    const open = (masterKey: Uint8Array | undefined, previousMasterKey?: Uint8Array) =>
      openKeys({ keyFile, masterKey, previousMasterKey }, proofs);
    expect((await open(old)).open(sealed, 'a')).toEqual(text('secret'));
    const rotated = await open(next, old);
    expect([rotated.current(), rotated.versions(), rotated.open(sealed, 'a')]).toEqual([2, [1, 2], text('secret')]);
    await expect(open(wrong)).rejects.toThrow('MASTER_KEY is not the key that this data was sealed with');
    await expect(open(next, wrong)).rejects.toThrow('MASTER_KEY_PREVIOUS is not a key that this data was sealed with');
    await expect(open(undefined, old)).rejects.toThrow('MASTER_KEY_PREVIOUS is set without MASTER_KEY');
    await expect(open(undefined)).rejects.toThrow('is missing, but the data was sealed with it');
    proofs.push({ version: 2, proof: rotated.prove(2) });
    await expect(open(old, next)).rejects.toThrow('MASTER_KEY is older than MASTER_KEY_PREVIOUS');
    await expect(readdir(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' }); // no file is made
  });

  it('of the environment and of the file must be the same, so that nobody believes in the wrong one', async () => {
    const inFile = Buffer.from((await readFile(keyFile, 'utf8')).slice(-65, -1), 'hex');
    expect((await openKeys({ keyFile, masterKey: new Uint8Array(inFile) })).fingerprint).toBe(
      (await openKeys({ keyFile })).fingerprint,
    );
    await expect(openKeys({ keyFile, masterKey: new Uint8Array(32) })).rejects.toThrow(
      `MASTER_KEY and the key file ${keyFile} hold different keys: remove the one that is not right.`,
    );
  });

  it('get another version in the file without losing one, by one who changes it at a time', async () => {
    const changed = join(folder, 'changed', 'master.key');
    const before = await openKeys({ keyFile: changed });
    const sealed = before.seal(text('secret'), 'a');
    const added = await Promise.allSettled([1, 2, 3].map(() => addKeyVersion(changed)));
    const refused = added.filter(({ status }) => status === 'rejected');
    const after = await openKeys({ keyFile: changed });
    expect(after.versions().length).toBe(1 + added.length - refused.length);
    expect(after.open(sealed, 'a')).toEqual(text('secret'));
    await writeFile(`${changed}.next`, '');
    await expect(addKeyVersion(changed)).rejects.toThrow(`if nobody is, delete ${changed}.next.`);
    expect(before.refresh()).toBe(true);
    expect(before.seal(text('secret'), 'a')[0]).toBe(after.current());
  });
});
