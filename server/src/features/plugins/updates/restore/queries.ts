import { sql } from 'kysely';
import { jsonText } from '../../../../db/types.ts';
import type { Tx } from '../../../../db/tenancy.ts';
import { lockStorage } from '../../storage/queries.ts';
import { putBackValues } from '../values/queries.ts';
import type { PointRow } from '../queries.ts';

/** Grants, priorities, scan, configuration and storage of a point in the place of what is there. The package is the caller's. */
export async function restoreRows(tx: Tx, point: PointRow): Promise<void> {
  const { id: pointId, installation_id: installationId, organisation_id: organisationId } = point;
  const owner = sql`${organisationId}::uuid, ${installationId}::uuid`;
  await lockStorage(tx, installationId);
  await putBackValues(tx, { pointId, installationId });
  await tx.deleteFrom('plugin_permissions').where('installation_id', '=', installationId).execute();
  // Who decided may be gone by now.
  await sql`insert into plugin_permissions (organisation_id, installation_id, permission, decision, decided_by, decided_at)
    select ${owner}, kept.permission, kept.decision, users.id, kept.decided_at
    from jsonb_to_recordset(${jsonText(point.permissions)}::jsonb)
      as kept (permission text, decision text, decided_by uuid, decided_at timestamptz)
    left join users on users.id = kept.decided_by`.execute(tx);
  await sql`update plugin_hooks set priority = kept.priority, changed_by_admin = kept.changed_by_admin
    from jsonb_to_recordset(${jsonText(point.hooks)}::jsonb) as kept (hook text, priority integer, changed_by_admin boolean)
    where plugin_hooks.installation_id = ${installationId}::uuid and plugin_hooks.hook = kept.hook`.execute(tx);
  await tx.deleteFrom('plugin_scans').where('installation_id', '=', installationId).execute();
  if (point.scan !== null)
    await sql`insert into plugin_scans (organisation_id, installation_id, digest, rule_set, result, failed, scanned_at,
        accepted_by, accepted_at)
      select ${owner}, kept.digest, kept.rule_set, kept.result, kept.failed, kept.scanned_at, users.id, kept.accepted_at
      from jsonb_to_record(${jsonText(point.scan)}::jsonb) as kept (digest text, rule_set integer, result jsonb,
        failed boolean, scanned_at timestamptz, accepted_by uuid, accepted_at timestamptz)
      left join users on users.id = kept.accepted_by`.execute(tx);
  await tx
    .insertInto('plugin_configurations')
    .values({ organisation_id: organisationId, installation_id: installationId, ...configOf(point) })
    .onConflict((conflict) => conflict.column('installation_id').doUpdateSet(configOf(point)))
    .execute();
}

function configOf({ config, secrets, secrets_set: secretsSet }: PointRow) {
  return { config: jsonText(config), secrets, secrets_set: jsonText(secretsSet), updated_by: null };
}
