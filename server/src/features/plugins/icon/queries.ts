import type { Tx } from '../../../db/tenancy.ts';
import type { Icon } from './package-icon.ts';

type Owner = { organisationId: string; id: string };

/** The icon of the version that is installed, in the place of the one before. */
export async function saveIcon(
  tx: Tx,
  { organisationId, id }: Owner,
  icon: (Icon & { digest: string }) | null,
): Promise<void> {
  await tx.deleteFrom('plugin_icons').where('installation_id', '=', id).execute();
  if (icon === null) return;
  await tx
    .insertInto('plugin_icons')
    .values({ organisation_id: organisationId, installation_id: id, ...icon })
    .execute();
}

export async function findIcon(tx: Tx, installationId: string) {
  return tx
    .selectFrom('plugin_icons')
    .select(['type', 'bytes'])
    .where('installation_id', '=', installationId)
    .executeTakeFirst();
}
