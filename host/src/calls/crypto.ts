import { createHash } from 'node:crypto';
import { Problem } from '@proofpix/contract/errors';
import type { Photo } from '../capabilities.ts';
import type { HostCall } from './host-call.ts';

const chunkBytes = 1024 * 1024;
// By photo: a plugin that asks a thousand times makes the host read 200 MB once.
const digests = new WeakMap<Photo, Map<string, Promise<string>>>();

/** Over the bytes as they are now, not the digest noted at the upload: that is what a plugin wants to compare. */
export const digest: HostCall<'crypto.digest'> = async ({ algorithm }, { call }) => {
  const { photo } = call;
  if (photo === undefined) throw new Problem('no_file');
  const known = digests.get(photo) ?? new Map<string, Promise<string>>();
  digests.set(photo, known);
  let hex = known.get(algorithm);
  if (hex === undefined) {
    hex = hashPhoto(photo, algorithm);
    known.set(algorithm, hex);
    // A read that failed is tried again the next time.
    hex.catch(() => known.delete(algorithm));
  }
  return { value: { hex: await hex } };
};

export const attest: HostCall<'crypto.attest'> = async (args, { installation, capabilities }) => ({
  value: await capabilities.attest(installation.organisationId, args.digest),
});

async function hashPhoto(photo: Photo, algorithm: 'sha256' | 'sha512'): Promise<string> {
  const hash = createHash(algorithm);
  for (let offset = 0; offset < photo.file.size; offset += chunkBytes) {
    const wanted = Math.min(chunkBytes, photo.file.size - offset);
    const bytes = await photo.read(offset, wanted);
    // A file that became shorter: a digest of less than the photo must not be handed out as the photo's.
    if (bytes.length !== wanted) throw new Problem('file_not_found', 'The photo could not be read to its end.');
    hash.update(bytes);
  }
  return hash.digest('hex');
}
