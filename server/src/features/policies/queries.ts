import { sql } from 'kysely';
import type { Policy } from '@proofpix/contract/policies';
import type { Tx } from '../../db/tenancy.ts';
import { jsonText } from '../../db/types.ts';

export type PolicyRow = {
  organisationId: string;
  policy: Policy;
  revision: number;
  updatedAt: Date;
  stop: { reason: string; at: Date } | null;
};

const columns = ['organisation_id', 'policy', 'revision', 'updated_at', 'stop_reason', 'stopped_at'] as const;

/**
 * Until the transaction ends. Whoever changes the policy holds it alone; whoever acts by it shares it: an install is decided
 * on by the policy before a change, and found by what enforces the change, or by the policy after it.
 */
export async function lockPolicy(tx: Tx, organisationId: string, how: 'alone' | 'shared'): Promise<void> {
  const name = `policies/${organisationId}`;
  if (how === 'alone') await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
  else await sql`select pg_advisory_xact_lock_shared(hashtextextended(${name}, 0))`.execute(tx);
}

export async function findPolicy(tx: Tx, organisationId: string): Promise<PolicyRow | null> {
  const row = await tx
    .selectFrom('policies')
    .select(columns)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
  return row ? toPolicy(row) : null;
}

/** Of all organisations that decided anything: only as system. */
export async function findAllPolicies(tx: Tx): Promise<PolicyRow[]> {
  return (await tx.selectFrom('policies').select(columns).execute()).map(toPolicy);
}

type Change = {
  organisationId: string;
  policy: Policy;
  actor: string | null;
  stop: { reason: string; by: string | null; at: Date } | null;
};

export async function savePolicy(tx: Tx, { organisationId, policy, actor, stop }: Change): Promise<PolicyRow> {
  const values = {
    policy: jsonText(policy),
    updated_by: actor,
    stop_reason: stop?.reason ?? null,
    stopped_by: stop?.by ?? null,
    stopped_at: stop?.at ?? null,
  };
  const row = await tx
    .insertInto('policies')
    .values({ organisation_id: organisationId, revision: 1, ...values })
    .onConflict((conflict) =>
      conflict.column('organisation_id').doUpdateSet({ ...values, revision: sql<number>`policies.revision + 1` }),
    )
    .returning(columns)
    .executeTakeFirstOrThrow();
  return toPolicy(row);
}

function toPolicy(row: {
  organisation_id: string;
  policy: Policy;
  revision: number;
  updated_at: Date;
  stop_reason: string | null;
  stopped_at: Date | null;
}): PolicyRow {
  const { organisation_id: organisationId, policy, revision, updated_at: updatedAt, stop_reason: reason } = row;
  const stop = reason !== null && row.stopped_at !== null ? { reason, at: row.stopped_at } : null;
  return { organisationId, policy, revision, updatedAt, stop };
}
