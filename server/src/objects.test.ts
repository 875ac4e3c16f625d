import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openObjects, type Objects } from './objects.ts';

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('the object store', () => {
  const organisation = randomUUID();
  const other = randomUUID();
  const photo = Buffer.from('a photo, byte for byte');
  let dataDir: string;
  let objects: Objects;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'proofpix-test-'));
    objects = await openObjects(dataDir);
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  const temporary = () => readdir(join(dataDir, 'objects', 'tmp'));
  async function* inParts(bytes: Uint8Array, end?: () => void) {
    for (let at = 0; at < bytes.length; at += 5) yield bytes.subarray(at, at + 5);
    end?.();
  }

  it('keeps what it was given under the organisation and the digest, from a stream or at once', async () => {
    const expected = { sha256: digestOf(photo), size: photo.length };
    expect(await objects.put(organisation, Readable.from(inParts(photo)), { maxBytes: 100 })).toEqual(expected);
    expect(await objects.put(organisation, photo, { maxBytes: photo.length })).toEqual(expected);
    const path = join(dataDir, 'objects', 'org', organisation, expected.sha256);
    expect(await readFile(path)).toEqual(photo);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await temporary()).toEqual([]);
    expect(await objects.size(organisation, expected.sha256)).toBe(photo.length);
  });

  it('reads ranges, shorter at the end', async () => {
    const { sha256 } = await objects.put(organisation, photo, { maxBytes: 100 });
    const read = async (offset: number, length: number) =>
      Buffer.from(await objects.read(organisation, sha256, offset, length)).toString();
    expect(await read(2, 5)).toBe('photo');
    expect(await read(photo.length - 4, 100)).toBe('byte');
    expect(await read(photo.length + 10, 5)).toBe('');
    expect(await read(0, 0)).toBe('');
    expect(await buffer(await objects.stream(organisation, sha256))).toEqual(photo);
    expect((await buffer(await objects.stream(organisation, sha256, { offset: 2, length: 5 }))).toString()).toBe(
      'photo',
    );
    expect(await buffer(await objects.stream(organisation, sha256, { offset: 2, length: 0 }))).toHaveLength(0);
  });

  it('holds an empty file', async () => {
    const { sha256, size } = await objects.put(organisation, new Uint8Array(), { maxBytes: 0 });
    expect(size).toBe(0);
    expect(await objects.read(organisation, sha256, 0, 10)).toHaveLength(0);
  });

  it('gives nothing of another organisation, though the bytes are the same', async () => {
    const { sha256 } = await objects.put(organisation, photo, { maxBytes: 100 });
    await expect(objects.read(other, sha256, 0, 1)).rejects.toMatchObject({ code: 'file_not_found' });
    await expect(objects.stream(other, sha256)).rejects.toMatchObject({ code: 'file_not_found' });
    expect(await objects.size(other, sha256)).toBeUndefined();
    await objects.remove(other, sha256);
    expect(await objects.size(organisation, sha256)).toBe(photo.length);
  });

  it('never makes a path of what is no digest or no id', async () => {
    const outside = '../../../outside';
    await writeFile(join(dataDir, 'outside'), 'x');
    await expect(objects.read(organisation, outside, 0, 1)).rejects.toMatchObject({ code: 'file_not_found' });
    await objects.remove(organisation, outside);
    await expect(objects.put('../..', photo, { maxBytes: 100 })).rejects.toThrow('not a UUID');
    await expect(objects.removeAll('..')).rejects.toThrow('not a UUID');
    expect(await readFile(join(dataDir, 'outside'), 'utf8')).toBe('x');
  });

  it('keeps nothing of what is over the limit, and reads no further', async () => {
    let ended = false;
    const tooMuch = inParts(Buffer.alloc(1_000), () => (ended = true));
    await expect(objects.put(other, tooMuch, { maxBytes: 20, tooLarge: 'package_too_large' })).rejects.toMatchObject({
      code: 'package_too_large',
    });
    expect(ended).toBe(false);
    expect(await temporary()).toEqual([]);
    expect(await readdir(join(dataDir, 'objects', 'org'))).not.toContain(other);
  });

  it('keeps nothing of a stream that breaks off', async () => {
    async function* broken() {
      yield photo;
      throw new Error('the connection was cut');
    }
    await expect(objects.put(other, broken(), { maxBytes: 100 })).rejects.toThrow('the connection was cut');
    expect(await temporary()).toEqual([]);
  });

  it('says that the disk is full, and keeps nothing', async () => {
    async function* onFullDisk() {
      yield photo;
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    }
    await expect(objects.put(other, onFullDisk(), { maxBytes: 100 })).rejects.toMatchObject({
      code: 'storage_full',
      detail: "The server's disk is full.",
    });
    expect(await temporary()).toEqual([]);
  });

  it('clears what a crash left half-written, and keeps the rest', async () => {
    const { sha256 } = await objects.put(organisation, photo, { maxBytes: 100 });
    await writeFile(join(dataDir, 'objects', 'tmp', randomUUID()), 'half');
    const reopened = await openObjects(dataDir);
    expect(await temporary()).toEqual([]);
    expect(await reopened.size(organisation, sha256)).toBe(photo.length);
  });

  it('removes one object or all of an organisation, and does not mind when there is none', async () => {
    const { sha256 } = await objects.put(other, photo, { maxBytes: 100 });
    await objects.remove(other, sha256);
    await objects.remove(other, sha256);
    expect(await objects.size(other, sha256)).toBeUndefined();
    await objects.put(other, photo, { maxBytes: 100 });
    await objects.removeAll(other);
    await objects.removeAll(other);
    expect(await readdir(join(dataDir, 'objects', 'org'))).not.toContain(other);
    await expect(objects.ping()).resolves.toBeUndefined();
  });

  it('writes the same bytes from many at once without harm', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, () => objects.put(organisation, inParts(photo), { maxBytes: 100 })),
    );
    expect(new Set(all.map(({ sha256 }) => sha256))).toEqual(new Set([digestOf(photo)]));
    expect(Buffer.from(await objects.read(organisation, digestOf(photo), 0, 100))).toEqual(photo);
  });

  it('says in one sentence when its folder cannot be written', async () => {
    const folder = join(dataDir, 'elsewhere');
    await mkdir(folder);
    await writeFile(join(folder, 'objects'), 'a file');
    await expect(openObjects(folder)).rejects.toThrow(/^The folder .* cannot be written/);
  });
});
