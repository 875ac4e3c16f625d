import { Problem } from '@proofpix/contract/errors';
import { isOneSlip, skeletonOf } from '@proofpix/contract/look-alike';
import type { Tx } from '../../db/tenancy.ts';
import { findPluginNames } from './queries.ts';

/** An id that others publish under, or that is read as one of theirs. Only as system. @throws Problem plugin_name_taken */
export async function refuseTakenName(tx: Tx, named: { publisher: string; pluginId: string }): Promise<void> {
  const { pluginId } = named;
  const taken = (await findPluginNames(tx, named)).find(
    (other) =>
      other.pluginId === pluginId ||
      skeletonOf(other.pluginId) === skeletonOf(pluginId) ||
      isOneSlip(pluginId, other.pluginId),
  );
  if (taken !== undefined)
    throw new Problem('plugin_name_taken', `It is read as "${taken.pluginId}" of ${taken.publisher}.`);
}
