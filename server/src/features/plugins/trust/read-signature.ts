import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { PluginParts } from '../parts.ts';
import { findSignatureFile } from './queries.ts';

/** @throws Problem plugin_not_found, file_not_found where the package has no signature */
export async function readSignature(
  { db }: Pick<PluginParts, 'db'>,
  { organisationId, pluginId }: { organisationId: string; pluginId: string },
): Promise<{ readonly [key: string]: Json }> {
  const file = await withOrganisation(db, organisationId, (tx) => findSignatureFile(tx, pluginId));
  if (file === undefined) throw new Problem('plugin_not_found');
  if (file === null) throw new Problem('file_not_found', 'The package has no signature.');
  return JSON.parse(file) as { readonly [key: string]: Json }; // only what was read as a file of signatures is kept
}
