import type { HookFile } from '@proofpix/contract/hooks';
import type { Photo } from '@proofpix/host/capabilities';
import type { Objects } from '../../objects.ts';

/** A stored photo as a plugin sees it: ranges are read from the object store when they are asked for. */
export function openPhoto(objects: Objects, organisationId: string, file: HookFile): Photo {
  return {
    file,
    read: async (offset, length) => {
      const end = Math.min(offset + length, file.size);
      return end <= offset ? new Uint8Array(0) : objects.read(organisationId, file.sha256, offset, end - offset);
    },
  };
}
