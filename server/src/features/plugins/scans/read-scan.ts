import { Problem } from '@proofpix/contract/errors';
import { effectiveVerdict, ruleSetVersion, type InstalledScan } from '@proofpix/contract/scan';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { PluginParts } from '../parts.ts';
import { findInstallation } from '../queries.ts';
import { findScan, rulesInForce } from './queries.ts';

/** What is known of the package that is installed. @throws Problem plugin_not_found */
export async function readScan(
  { db }: Pick<PluginParts, 'db'>,
  { organisationId, pluginId }: { organisationId: string; pluginId: string },
): Promise<InstalledScan> {
  return withOrganisation(db, organisationId, async (tx) => {
    const installation = await findInstallation(tx, pluginId);
    if (!installation) throw new Problem('plugin_not_found');
    const row = await findScan(tx, installation.id);
    const result = row?.result ?? null;
    return {
      result,
      verdict: result === null ? null : effectiveVerdict(result, await rulesInForce(tx, organisationId)),
      current: result?.ruleSet === ruleSetVersion,
      failed: row?.failed ?? false,
      scannedAt: row?.scanned_at.toISOString() ?? null,
      acceptedAt: row?.accepted_at?.toISOString() ?? null,
      acceptedBy: row?.accepted_by ?? null,
    };
  });
}
