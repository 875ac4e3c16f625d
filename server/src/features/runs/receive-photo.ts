import { Problem } from '@proofpix/contract/errors';
import type { HookFile } from '@proofpix/contract/hooks';
import { limits } from '@proofpix/contract/limits';
import { detectPhotoType, photoTypeBytes } from '@proofpix/scanner/photo-type';
import type { Put } from './object-keeper.ts';
import type { Allowance } from './storage-allowance.ts';

export type ReceivedPhoto = Omit<HookFile, 'id'>;

/**
 * Streams one photo to the object store. Its type is found from the first bytes before anything is written: what is
 * refused never becomes an object, so that taking it back cannot take away an object of the same bytes (a package, say).
 * @throws Problem photo_type_unknown, file_too_large, storage_full
 */
export async function receivePhoto(
  { put, allowance }: { put: Put; allowance: Allowance },
  photo: { name: string; content: AsyncIterable<Uint8Array> },
): Promise<ReceivedPhoto> {
  const chunks = photo.content[Symbol.asyncIterator]();
  const beginning: Uint8Array[] = [];
  let seen = 0;
  while (seen < photoTypeBytes) {
    const next = await chunks.next();
    if (next.done) break;
    beginning.push(next.value);
    seen += next.value.length;
  }
  const type = await detectPhotoType(Buffer.concat(beginning));
  if (type === undefined) throw new Problem('photo_type_unknown', `"${photo.name}" was refused. Nothing was stored.`);

  async function* whole() {
    for (const chunk of beginning.splice(0)) {
      allowance.take(chunk.length);
      yield chunk;
    }
    for await (const chunk of { [Symbol.asyncIterator]: () => chunks }) {
      allowance.take(chunk.length);
      yield chunk;
    }
  }
  const { sha256, size } = await put(whole(), limits.photoBytes);
  return { name: photo.name, type, size, sha256 };
}
