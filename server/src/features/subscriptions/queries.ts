import { sql, type Selectable } from 'kysely';
import type { Plan } from '@proofpix/contract/access';
import type { Tables } from '../../db/tables.ts';
import type { Tx } from '../../db/tenancy.ts';

export type SubscriptionRow = Selectable<Tables['subscriptions']>;

const eventDays = 30;

/** False where the same event came before. What is old enough is forgotten: Stripe sends nothing for so long. */
export async function rememberEvent(tx: Tx, id: string): Promise<boolean> {
  const row = await tx
    .insertInto('stripe_events')
    .values({ id })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) return false;
  await tx
    .deleteFrom('stripe_events')
    .where('received_at', '<', sql<Date>`clock_timestamp() - ${eventDays} * interval '1 day'`)
    .execute();
  return true;
}

/** Locks the organisation: what is said of one subscription is applied one after the other. */
export async function lockPlan(tx: Tx, organisationId: string): Promise<Plan | undefined> {
  const row = await tx
    .selectFrom('organisations')
    .select('plan')
    .where('id', '=', organisationId)
    .forUpdate()
    .executeTakeFirst();
  return row?.plan;
}

export async function findSubscription(tx: Tx, organisationId: string): Promise<SubscriptionRow | undefined> {
  return tx.selectFrom('subscriptions').selectAll().where('organisation_id', '=', organisationId).executeTakeFirst();
}

export type NewSubscription = Omit<SubscriptionRow, 'created_at' | 'updated_at'>;

export async function putSubscription(tx: Tx, row: NewSubscription): Promise<void> {
  const { organisation_id: _key, ...changes } = row;
  await tx
    .insertInto('subscriptions')
    .values(row)
    .onConflict((conflict) => conflict.column('organisation_id').doUpdateSet(changes))
    .execute();
}

export async function setPlan(tx: Tx, organisationId: string, plan: Plan): Promise<void> {
  await tx.updateTable('organisations').set({ plan }).where('id', '=', organisationId).execute();
}

/** Organisations whose plugins are still loaded although the time for it is over, or still unloaded although the plan is back. */
export async function findUnsettled(tx: Tx, most: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('subscriptions')
    .select('organisation_id')
    .where(({ and, eb, exists, or, selectFrom }) =>
      or([
        and([eb('grace_ends_at', '<=', sql<Date>`clock_timestamp()`), eb('plugins_stopped_at', 'is', null)]),
        and([
          eb('grace_ends_at', 'is', null),
          exists(
            selectFrom('subscription_stops as s')
              .select('s.installation_id')
              .whereRef('s.organisation_id', '=', 'subscriptions.organisation_id'),
          ),
        ]),
      ]),
    )
    .limit(most)
    .execute();
  return rows.map((row) => row.organisation_id);
}

export async function markStopped(tx: Tx, organisationId: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('subscriptions')
    .set({ plugins_stopped_at: sql<Date>`clock_timestamp()` })
    .where('organisation_id', '=', organisationId)
    .where('grace_ends_at', '<=', sql<Date>`clock_timestamp()`)
    .where('plugins_stopped_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Remembers a plugin that is unloaded with the plan. */
export async function insertStop(tx: Tx, organisationId: string, installationId: string): Promise<void> {
  await tx
    .insertInto('subscription_stops')
    .values({ organisation_id: organisationId, installation_id: installationId })
    .onConflict((conflict) => conflict.column('installation_id').doNothing())
    .execute();
}

export async function findStops(tx: Tx): Promise<{ installationId: string; pluginId: string }[]> {
  return tx
    .selectFrom('subscription_stops as s')
    .innerJoin('plugins as p', 'p.id', 's.installation_id')
    .select(['s.installation_id as installationId', 'p.plugin_id as pluginId'])
    .orderBy('p.plugin_id')
    .execute();
}

export async function deleteStop(tx: Tx, installationId: string): Promise<void> {
  await tx.deleteFrom('subscription_stops').where('installation_id', '=', installationId).execute();
}

/** Whom a receipt of Stripe goes to. */
export async function findEmail(tx: Tx, userId: string): Promise<string | undefined> {
  const row = await tx.selectFrom('users').select('email').where('id', '=', userId).executeTakeFirst();
  return row?.email;
}
