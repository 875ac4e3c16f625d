import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { DerivedFile } from '@proofpix/contract/runs';
import type { DerivedFiles, Photo } from '@proofpix/host/capabilities';
import { detectPhotoType, photoTypeBytes } from '@proofpix/scanner/photo-type';

/** A photo on disk, read in ranges; the file stays open until it is disposed. */
export async function openLocalPhoto(path: string, id: string): Promise<Photo & AsyncDisposable> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new Problem(
      'file_missing',
      error.code === 'ENOENT' ? `${path} does not exist.` : `${path}: ${error.message}`,
    );
  });
  try {
    const { size } = await handle.stat();
    if (size > limits.photoBytes) throw new Problem('file_too_large', path);
    const type = await detectPhotoType(await readRange(handle, 0, photoTypeBytes));
    if (type === undefined) throw new Problem('photo_type_unknown', path);
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer); // no encoding: chunks are buffers
    return {
      file: { id, name: basename(path), type, size, sha256: hash.digest('hex') },
      read: (offset, length) => readRange(handle, offset, length),
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readRange(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await handle.read(bytes, 0, length, offset);
  return bytes.subarray(0, bytesRead);
}

/** Derived files of a run on the command line: kept in memory, for `keep` to write out. */
export function collectDerivedFiles(keep: (name: string, bytes: Uint8Array) => Promise<void>): DerivedFiles {
  return {
    write: async (name, bytes): Promise<DerivedFile> => {
      await keep(name, bytes);
      const type = (await detectPhotoType(bytes)) ?? 'application/octet-stream';
      return { name, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), type };
    },
  };
}
