import type { HookFile } from '@proofpix/contract/hooks';
import type { Photo } from '@proofpix/host/capabilities';
import type { Objects } from '../../objects.ts';

/** A stored photo as a plugin sees it: ranges are read from the object store when they are asked for. */
export function openPhoto(objects: Objects, organisationId: string, file: HookFile): Photo {
  return { file, read: openFile(objects, organisationId, file).read };
}

/** Any stored file: a photo, or what a plugin added. */
export function openFile(objects: Objects, organisationId: string, { sha256, size }: { sha256: string; size: number }) {
  return {
    size,
    read: async (offset: number, length: number): Promise<Uint8Array> => {
      const end = Math.min(offset + length, size);
      return end <= offset ? new Uint8Array(0) : objects.read(organisationId, sha256, offset, end - offset);
    },
  };
}
