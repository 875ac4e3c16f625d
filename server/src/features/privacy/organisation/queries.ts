import type { Tx } from '../../../db/tenancy.ts';

export async function findOrganisationErasure(tx: Tx, organisationId: string) {
  return tx
    .selectFrom('organisation_erasures')
    .select(['erase_at', 'created_at'])
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
}

export async function insertOrganisationErasure(
  tx: Tx,
  row: { organisationId: string; userId: string; eraseAt: Date },
): Promise<void> {
  await tx
    .insertInto('organisation_erasures')
    .values({ organisation_id: row.organisationId, asked_by: row.userId, erase_at: row.eraseAt })
    .onConflict((conflict) => conflict.column('organisation_id').doNothing())
    .execute();
}

export async function deleteOrganisationErasure(tx: Tx, organisationId: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('organisation_erasures')
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export async function findDueErasures(tx: Tx, now: Date): Promise<string[]> {
  const rows = await tx
    .selectFrom('organisation_erasures')
    .select('organisation_id')
    .where('erase_at', '<=', now)
    .execute();
  return rows.map(({ organisation_id }) => organisation_id);
}

export async function countOrganisations(tx: Tx): Promise<number> {
  const { count } = await tx
    .selectFrom('organisations')
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function listLoadedPlugins(tx: Tx, organisationId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('plugins')
    .select('plugin_id')
    .where('organisation_id', '=', organisationId)
    .execute();
  return rows.map(({ plugin_id }) => plugin_id);
}

/** With everything that hangs on it. People who are in no other organisation go as well, operators but not. */
export async function deleteOrganisation(tx: Tx, organisationId: string): Promise<void> {
  const members = await tx
    .selectFrom('memberships')
    .select('user_id')
    .where('organisation_id', '=', organisationId)
    .execute();
  await tx.deleteFrom('organisations').where('id', '=', organisationId).execute();
  if (members.length === 0) return;
  await tx
    .deleteFrom('users')
    .where(
      'id',
      'in',
      members.map(({ user_id }) => user_id),
    )
    .where('is_operator', '=', false)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('memberships').select('user_id').whereRef('memberships.user_id', '=', 'users.id'))),
    )
    .execute();
}
