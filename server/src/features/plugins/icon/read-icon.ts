import { Problem } from '@proofpix/contract/errors';
import { sha256 } from '@proofpix/scanner/identity';
import type { Package } from '@proofpix/scanner/package';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import type { PluginParts } from '../parts.ts';
import { findInstallation } from '../queries.ts';
import { iconOf, type Icon } from './package-icon.ts';
import { findIcon, saveIcon } from './queries.ts';

/** @throws Problem plugin_not_found, file_not_found */
export async function readIcon(
  { db }: Pick<PluginParts, 'db'>,
  { organisationId, pluginId }: { organisationId: string; pluginId: string },
): Promise<Icon> {
  return withOrganisation(db, organisationId, async (tx) => {
    const installation = await findInstallation(tx, pluginId);
    if (!installation) throw new Problem('plugin_not_found');
    const icon = await findIcon(tx, installation.id);
    if (!icon) throw new Problem('file_not_found', 'The plugin has no icon that can be shown.');
    return icon;
  });
}

/** In the transaction that writes the rest of the package. */
export async function keepIcon(
  tx: Tx,
  owner: { organisationId: string; id: string },
  { files }: Pick<Package, 'files'>,
): Promise<void> {
  const icon = iconOf(files);
  await saveIcon(tx, owner, icon && { ...icon, digest: await sha256(icon.bytes) });
}
