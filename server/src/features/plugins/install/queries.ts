import { cleanText } from '@proofpix/host/clean-text';
import type { Package } from '@proofpix/scanner/package';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import type { Proof } from '../../trust/prove-package.ts';
import type { State } from '../queries.ts';
import { userOf, type Actor } from '../../audit/record-act.ts';

export type NewInstallation = {
  id: string;
  organisationId: string;
  source: string;
  publisher: string;
  package: Package;
  proof: Proof | null;
  archiveSize: number;
  /** Null where what is kept is what was received. */
  receivedDigest: string | null;
  development: boolean;
  state: State;
  installedAt: Date;
  actor: Actor;
};

/** False when the organisation has a plugin of this id already: somebody else was quicker. */
export async function insertInstallation(tx: Tx, installation: NewInstallation): Promise<boolean> {
  const { id, organisationId, source, publisher, state, actor } = installation;
  const inserted = await tx
    .insertInto('plugins')
    .values({
      id,
      organisation_id: organisationId,
      source,
      publisher,
      plugin_id: installation.package.manifest.id,
      ...packageColumns(installation),
      development: installation.development,
      state,
      installed_at: installation.installedAt,
      loaded_at: state === 'loaded' ? new Date() : null,
      installed_by: userOf(actor),
    })
    .onConflict((conflict) => conflict.columns(['organisation_id', 'plugin_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

function packageColumns({
  package: read,
  proof,
  archiveSize,
  receivedDigest,
}: Pick<NewInstallation, 'package' | 'proof' | 'archiveSize' | 'receivedDigest'>) {
  return {
    version: read.manifest.version,
    manifest: jsonText(read.manifest),
    readme: read.readme === null ? null : cleanText(read.readme),
    digest: read.digest,
    archive_digest: read.archiveDigest,
    received_digest: receivedDigest,
    archive_size: archiveSize,
    size: read.size,
    warnings: jsonText(read.warnings),
    signature: proof === null ? null : jsonText(proof.mark),
    signature_file: proof?.file ?? null,
    // What was ended was another package; whether this one may run was asked just now.
    killed: null,
  };
}

/** False when the row is no longer the one that the decision was made on. */
export async function updatePackage(
  tx: Tx,
  update: { before: string } & Pick<
    NewInstallation,
    'id' | 'package' | 'proof' | 'archiveSize' | 'receivedDigest' | 'development' | 'state'
  >,
): Promise<boolean> {
  const updated = await tx
    .updateTable('plugins')
    .set({
      ...packageColumns(update),
      development: update.development,
      state: update.state,
      // Why it is in quarantine stays true of the plugin.
      ...(update.state === 'quarantined' ? {} : { state_reason: null }),
      ...(update.state === 'loaded' ? { loaded_at: new Date() } : {}),
    })
    .where('id', '=', update.id)
    .where('digest', '=', update.before)
    .returning('id')
    .executeTakeFirst();
  return updated !== undefined;
}
