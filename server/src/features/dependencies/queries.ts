import { sql } from 'kysely';
import type { ComponentList, DependencyAudit } from '@proofpix/contract/dependencies';
import type { Tx } from '../../db/tenancy.ts';
import { jsonText } from '../../db/types.ts';

export type Subject = Awaited<ReturnType<typeof findSubject>> & object;

const columns = [
  'plugins.id',
  'plugins.organisation_id as organisationId',
  'plugins.plugin_id as pluginId',
  'plugins.version',
  'plugins.digest',
  'plugins.archive_digest as archiveDigest',
  'plugins.manifest',
  'plugin_components.digest as knownDigest',
  'plugin_components.components',
  'plugin_components.audit',
  'plugin_components.audited_at as auditedAt',
] as const;

function subjects(tx: Tx) {
  return tx
    .selectFrom('plugins')
    .leftJoin('plugin_components', 'plugin_components.installation_id', 'plugins.id')
    .select(columns);
}

/** An installation with what is known of its dependencies, which may be of the version before. */
export async function findSubject(tx: Tx, pluginId: string) {
  return subjects(tx).where('plugins.plugin_id', '=', pluginId).executeTakeFirst();
}

/** One that was not looked at since; those that never were come first. */
export async function findNextSubject(tx: Tx, since: Date) {
  return subjects(tx)
    .where(isDue(since))
    .orderBy('plugin_components.audited_at', (order) => order.asc().nullsFirst())
    .orderBy('plugins.id')
    .executeTakeFirst();
}

function isDue(since: Date) {
  return sql<boolean>`(plugin_components.audited_at is null or plugin_components.digest <> plugins.digest
    or plugin_components.audited_at < ${since.toISOString()}::timestamptz)`;
}

/** Organisations with a plugin that was not looked at since, and no audit that was begun after `stuckSince`. */
export async function findDueOrganisations(
  tx: Tx,
  { since, stuckSince, limit }: { since: Date; stuckSince: Date; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select distinct plugins.organisation_id as id from plugins
    left join plugin_components on plugin_components.installation_id = plugins.id
    where ${isDue(since)} and not exists (select from dependency_audits as open
      where open.organisation_id = plugins.organisation_id and open.finished_at is null
        and open.begun_at > ${stuckSince.toISOString()}::timestamptz)
    order by 1 limit ${limit}`.execute(tx);
  return rows.map(({ id }) => id);
}

/** The id of the audit, or undefined where one is under way that was begun after `stuckSince`. */
export async function beginAudit(
  tx: Tx,
  { organisationId, now, stuckSince }: { organisationId: string; now: Date; stuckSince: Date },
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`insert into dependency_audits (organisation_id, begun_at)
    values (${organisationId}::uuid, ${now.toISOString()}::timestamptz)
    on conflict (organisation_id) do update set id = new_id(), begun_at = excluded.begun_at, finished_at = null
      where dependency_audits.finished_at is not null or dependency_audits.begun_at <= ${stuckSince.toISOString()}::timestamptz
    returning id`.execute(tx);
  return rows[0]?.id;
}

export async function findAudit(tx: Tx, id: string) {
  return tx.selectFrom('dependency_audits').select(['begun_at', 'finished_at']).where('id', '=', id).executeTakeFirst();
}

export async function finishAudit(tx: Tx, id: string): Promise<void> {
  await tx.updateTable('dependency_audits').set({ finished_at: new Date() }).where('id', '=', id).execute();
}

export type Known = {
  organisationId: string;
  installationId: string;
  digest: string;
  components: ComponentList | null;
  audit: DependencyAudit | null;
  auditedAt: Date | null;
};

/** False where the installation is gone by now, or has another package. */
export async function saveComponents(tx: Tx, known: Known): Promise<boolean> {
  const { organisationId, installationId, digest, components, audit, auditedAt } = known;
  const { numAffectedRows } = await sql`insert into plugin_components
      (organisation_id, installation_id, digest, components, audit, audited_at)
    select organisation_id, id, ${digest}, ${components && jsonText(components)}::jsonb, ${audit && jsonText(audit)}::jsonb,
      ${auditedAt?.toISOString() ?? null}::timestamptz
    from plugins where organisation_id = ${organisationId}::uuid and id = ${installationId}::uuid and digest = ${digest}
    for key share
    on conflict (installation_id) do update set digest = excluded.digest, components = excluded.components,
      audit = excluded.audit, audited_at = excluded.audited_at`.execute(tx);
  return Number(numAffectedRows ?? 0) > 0;
}

/** Those that were not told of this installation before. */
export async function addAdvisories(
  tx: Tx,
  { organisationId, installationId }: { organisationId: string; installationId: string },
  found: readonly { advisory: string; component: string }[],
): Promise<{ advisory: string; component: string }[]> {
  if (found.length === 0) return [];
  return tx
    .insertInto('plugin_advisories')
    .values(found.map((one) => ({ organisation_id: organisationId, installation_id: installationId, ...one })))
    .onConflict((conflict) => conflict.columns(['installation_id', 'advisory', 'component']).doNothing())
    .returning(['advisory', 'component'])
    .execute();
}
