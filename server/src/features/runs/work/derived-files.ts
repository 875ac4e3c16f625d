import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { DerivedFile } from '@proofpix/contract/runs';
import type { DerivedFiles } from '@proofpix/host/capabilities';
import { detectPhotoType } from '@proofpix/scanner/photo-type';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import type { OpenParts } from '../parts.ts';

export type DerivedTarget = {
  parts: Pick<OpenParts, 'db' | 'keeper' | 'allowances'>;
  organisationId: string;
  /** Writes the row, and says why it could not be. */
  keep(tx: Tx, file: DerivedFile): Promise<'kept' | 'taken' | 'gone'>;
};

/** Keeps what a plugin writes: bytes in the object store, then the row. The name was checked by the host. */
export function keepDerivedFiles({
  parts: { db, keeper, allowances },
  organisationId,
  keep,
}: DerivedTarget): DerivedFiles {
  return {
    write: (name, bytes) =>
      keeper.arrive(organisationId, async (put) => {
        using allowance = await allowances.open(organisationId);
        allowance.take(bytes.length);
        // Seen from the content, as for photos: a name ending in .jpg makes no picture of an HTML page.
        const type = (await detectPhotoType(bytes)) ?? 'application/octet-stream';
        const { sha256, size } = await put(bytes, limits.derivedFileBytes);
        const file = { name, size, sha256, type };
        const outcome = await withOrganisation(db, organisationId, (tx) => keep(tx, file));
        if (outcome === 'kept') return file;
        if (outcome === 'taken')
          throw new Problem('host_call_invalid', `The name "${name}" was used before in this run.`);
        throw new Problem('call_ended', 'The run was deleted.');
      }),
  };
}
