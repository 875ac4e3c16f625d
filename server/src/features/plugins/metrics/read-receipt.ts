import type { PluginReceipt } from '@proofpix/contract/receipts';
import { Problem } from '@proofpix/contract/errors';
import { withOrganisation } from '../../../db/tenancy.ts';
import { countByType } from '../../security/queries.ts';
import { limitsInForce } from '../limits/organisation-limits.ts';
import type { PluginParts } from '../parts.ts';
import { findInstallation } from '../queries.ts';
import { addDays, spanOf } from './day-span.ts';
import { sumFigures } from './figures.ts';
import { declaredOf, marksOf } from './mark-receipt.ts';
import { findMetrics, sizeOfStorage } from './queries.ts';

type Asked = {
  organisationId: string;
  pluginId: string;
  day?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
};

/** What a plugin cost and did, beside what it declared. @throws Problem plugin_not_found, invalid_request */
export async function readReceipt(
  { db, capabilities, limits }: Pick<PluginParts, 'db' | 'capabilities' | 'limits'>,
  { organisationId, pluginId, ...asked }: Asked,
): Promise<PluginReceipt> {
  const span = spanOf(asked, new Date());
  const installation = await withOrganisation(db, organisationId, (tx) => findInstallation(tx, pluginId));
  if (!installation) throw new Problem('plugin_not_found');
  await capabilities.flush(installation.id);
  const own = { organisationId, installationId: installation.id };
  const { rows, storageBytes, violations } = await withOrganisation(db, organisationId, async (tx) => ({
    rows: await findMetrics(tx, own, span),
    storageBytes: await sizeOfStorage(tx, installation.id),
    violations: await countByType(tx, { ...own, from: new Date(span.from), to: new Date(addDays(span.to, 1)) }),
  }));
  const totals = sumFigures(rows);
  const inForce = limitsInForce(installation.manifest, limits, organisationId);
  const declared = declaredOf(installation, { rows, totals, inForce });
  return {
    plugin: installation.plugin_id,
    version: installation.version,
    ...span,
    totals,
    days: [...Map.groupBy(rows, ({ day }) => day)].map(([day, ofDay]) => ({ day, ...sumFigures(ofDay) })),
    storageBytes,
    violations: violations.map(({ type, severity, count }) => ({ type, severity, count: Number(count) })),
    declared,
    marks: marksOf(installation, { declared, totals }),
  };
}
