import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { Photo } from '@proofpix/host/capabilities';
import { detectPhotoType } from '@proofpix/scanner/photo-type';

/** A photo: the path of a file, its bytes, or bytes with a name. */
export type PhotoSource = string | Uint8Array | { name: string; bytes: Uint8Array };

/** @throws Problem `file_missing`, `file_too_large`, `photo_type_unknown`, as the server does */
export async function openTestPhoto(source: PhotoSource): Promise<Photo> {
  const { name, bytes } = await readSource(source);
  if (bytes.length > limits.photoBytes) throw new Problem('file_too_large', name);
  const type = await detectPhotoType(bytes);
  if (type === undefined) throw new Problem('photo_type_unknown', `"${name}" was refused.`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    // The digest in the form of an id: the same photo is the same file in each run of a test.
    file: {
      id: sha256.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
      name,
      type,
      size: bytes.length,
      sha256,
    },
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

async function readSource(source: PhotoSource): Promise<{ name: string; bytes: Uint8Array }> {
  if (source instanceof Uint8Array) return { name: 'photo.jpg', bytes: source };
  if (typeof source !== 'string') return source;
  const bytes = await readFile(source).catch((error: NodeJS.ErrnoException) => {
    throw new Problem('file_missing', error.code === 'ENOENT' ? `${source} does not exist.` : error.message);
  });
  return { name: basename(source), bytes };
}
