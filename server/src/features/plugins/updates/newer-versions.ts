import { stepBetween } from '@proofpix/scanner/compare-versions';
import type { UpdateStep } from '@proofpix/contract/policies';
import type { Tx } from '../../../db/tenancy.ts';
import { findOffered } from '../../marketplace/queries.ts';
import type { InstallationRow } from '../queries.ts';

export type Newer = { version: string; since: Date; step: UpdateStep };

/**
 * What a plugin could be updated to, newest first: of its own source and publisher, and no other. Uploads name no source
 * that could be asked: whoever has a newer one uploads it.
 */
export async function newerVersions(
  tx: Tx,
  {
    source,
    publisher,
    plugin_id: pluginId,
    version,
  }: Pick<InstallationRow, 'source' | 'publisher' | 'plugin_id' | 'version'>,
): Promise<Newer[]> {
  const offered = await findOffered(tx, { source, publisher, pluginId });
  if (offered === null) return [];
  const step = stepBetween(version, offered.version);
  return step === null ? [] : [{ ...offered, step }];
}
