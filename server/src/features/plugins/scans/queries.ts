import { usualScanRules, type ScanResult, type ScanRules } from '@proofpix/contract/scan';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import { userOf, type Actor } from '../../audit/record-act.ts';

export type RulesRow = { rules: ScanRules; updatedAt: Date };

export async function findScanRules(tx: Tx, organisationId: string): Promise<RulesRow | null> {
  const row = await tx
    .selectFrom('organisation_scan_rules')
    .select(['rules', 'updated_at'])
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
  return row ? { rules: row.rules, updatedAt: row.updated_at } : null;
}

export async function rulesInForce(tx: Tx, organisationId: string): Promise<ScanRules> {
  return (await findScanRules(tx, organisationId))?.rules ?? usualScanRules;
}

export async function saveScanRules(
  tx: Tx,
  { organisationId, rules, actor }: { organisationId: string; rules: ScanRules; actor: Actor },
): Promise<RulesRow> {
  const values = { rules: jsonText(rules), updated_by: userOf(actor) };
  const row = await tx
    .insertInto('organisation_scan_rules')
    .values({ organisation_id: organisationId, ...values })
    .onConflict((conflict) => conflict.column('organisation_id').doUpdateSet(values))
    .returning(['rules', 'updated_at'])
    .executeTakeFirstOrThrow();
  return { rules: row.rules, updatedAt: row.updated_at };
}

type Owner = { organisationId: string; id: string };

/** What was found in the package that is installed now, in the place of what was found in the one before. */
export async function replaceScan(
  tx: Tx,
  { organisationId, id }: Owner,
  scan: { digest: string; result: ScanResult; acceptedBy: string | null; acceptedAt: Date | null } | null,
): Promise<void> {
  await tx.deleteFrom('plugin_scans').where('installation_id', '=', id).execute();
  if (scan === null) return;
  await tx
    .insertInto('plugin_scans')
    .values({
      organisation_id: organisationId,
      installation_id: id,
      digest: scan.digest,
      rule_set: scan.result.ruleSet,
      result: jsonText(scan.result),
      accepted_by: scan.acceptedBy,
      accepted_at: scan.acceptedAt,
    })
    .execute();
}

/** Packages that older rules judged, or none yet, of all organisations: only as system. */
export async function findOutdated(tx: Tx, ruleSet: number): Promise<{ organisationId: string; id: string }[]> {
  const rows = await tx
    .selectFrom('plugins')
    .leftJoin('plugin_scans', 'plugin_scans.installation_id', 'plugins.id')
    .select(['plugins.id', 'plugins.organisation_id'])
    .where(({ or, eb }) => or([eb('rule_set', 'is', null), eb('rule_set', '<', ruleSet)]))
    .orderBy('plugins.id')
    .execute();
  return rows.map(({ id, organisation_id: organisationId }) => ({ organisationId, id }));
}

/** The newest result for each package that comes with the server, whoever installed it: only as system. */
export async function findBundledScans(tx: Tx) {
  const rows = await tx
    .selectFrom('plugin_scans as s')
    .innerJoin('plugins as p', 'p.id', 's.installation_id')
    .distinctOn(['p.publisher', 'p.plugin_id', 'p.version'])
    .select(['p.source', 'p.publisher', 'p.plugin_id', 'p.version', 's.result'])
    .where('p.source', '=', 'bundled')
    .whereRef('s.digest', '=', 'p.digest')
    .where('s.result', 'is not', null)
    .orderBy('p.publisher')
    .orderBy('p.plugin_id')
    .orderBy('p.version')
    .orderBy('s.scanned_at', 'desc')
    .execute();
  return rows.flatMap(({ result, ...release }) => (result === null ? [] : [{ ...release, result }]));
}

/** The newest result for the same package; whoever accepted it accepted that one. */
export async function renewScan(
  tx: Tx,
  { organisationId, id }: Owner,
  { digest, result }: { digest: string; result: ScanResult | null },
): Promise<void> {
  const found =
    result === null
      ? { failed: true }
      : { failed: false, digest, rule_set: result.ruleSet, result: jsonText(result), scanned_at: new Date() };
  await tx
    .insertInto('plugin_scans')
    .values({ organisation_id: organisationId, installation_id: id, digest, ...found })
    .onConflict((conflict) => conflict.column('installation_id').doUpdateSet(found))
    .execute();
}

export async function findScan(tx: Tx, installationId: string) {
  return tx
    .selectFrom('plugin_scans')
    .leftJoin('users', 'users.id', 'plugin_scans.accepted_by')
    .select(['digest', 'result', 'failed', 'scanned_at', 'accepted_at', 'users.name as accepted_by'])
    .where('installation_id', '=', installationId)
    .executeTakeFirst();
}
