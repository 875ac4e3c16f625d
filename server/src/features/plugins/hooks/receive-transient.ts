import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import { limits } from '@proofpix/contract/limits';
import type { Photo } from '@proofpix/host/capabilities';
import { withOrganisation } from '../../../db/tenancy.ts';
import { receiveUpload, type FormFields } from '../../../http/upload.ts';
import { openPhoto } from '../../runs/open-photo.ts';
import { receivePhoto } from '../../runs/receive-photo.ts';
import { beginJob, clearLeftover } from '../jobs/queries.ts';
import type { Actor, PluginParts } from '../parts.ts';

export const transientJob = 'transient-photo';

/** A photo that is looked at once and not kept. Disposing it removes it. */
export type TransientPhoto = AsyncDisposable & { photo: Photo; fields: FormFields };

/**
 * Streams the photo of a form into a folder of its own in the object store: under the organisation's it could be the
 * same object as a stored photo, which must outlive this one.
 */
export async function receiveTransient(
  { db, objects, log }: Pick<PluginParts, 'db' | 'objects' | 'log'>,
  request: FastifyRequest,
  { organisationId, actor }: { organisationId: string; actor: Actor },
): Promise<TransientPhoto> {
  const folder = randomUUID();
  const jobId = randomUUID();
  await withOrganisation(db, organisationId, (tx) =>
    beginJob(tx, { id: jobId, organisationId, kind: transientJob, leftover: { folder }, actor }),
  );

  async function remove(): Promise<void> {
    try {
      await objects.removeAll(folder);
      await withOrganisation(db, organisationId, (tx) => clearLeftover(tx, jobId));
    } catch (error) {
      // The job row still names the folder: the next start removes it.
      log.error({ err: error }, 'a photo that was not to be kept could not be removed yet');
    }
  }

  try {
    const { files, fields } = await receiveUpload(request, {
      row: pluginRoutes.executeHook,
      fileField: 'file',
      maxFiles: 1,
      maxBytes: limits.photoBytes,
      tooLarge: 'file_too_large',
      receive: ({ name, stream }) =>
        receivePhoto(
          // Not counted against the quota of what is kept: the limit of one photo bounds it.
          {
            put: (content, maxBytes) => objects.put(folder, content, { maxBytes }),
            allowance: { take: () => {}, [Symbol.dispose]: () => {} },
          },
          { name, content: stream },
        ),
      discard: async () => {},
    });
    const [received] = files;
    if (received === undefined) throw new Error('A form without a file was let through.');
    return {
      photo: openPhoto(objects, folder, { id: jobId, ...received }),
      fields,
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
