import { limitNames, type OrganisationLimits } from '@proofpix/contract/receipts';
import type { Tx } from '../../../db/tenancy.ts';
import { userOf, type Actor } from '../../audit/record-act.ts';

export type LimitsRow = { organisationId: string; limits: OrganisationLimits; updatedAt: Date };

const columns = ['organisation_id', 'memory', 'timeout', 'cpu', 'requests_per_minute', 'updated_at'] as const;

/** Of all organisations that set any: only as system. */
export async function findAllLimits(tx: Tx): Promise<LimitsRow[]> {
  return (await tx.selectFrom('organisation_limits').select(columns).execute()).map(toLimits);
}

export async function findLimits(tx: Tx, organisationId: string): Promise<LimitsRow | null> {
  const row = await tx
    .selectFrom('organisation_limits')
    .select(columns)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
  return row ? toLimits(row) : null;
}

/** Replaces them all: what is left out is no longer limited. */
export async function saveLimits(
  tx: Tx,
  { organisationId, limits, actor }: { organisationId: string; limits: OrganisationLimits; actor: Actor },
): Promise<LimitsRow> {
  const values = {
    memory: limits.memory ?? null,
    timeout: limits.timeout ?? null,
    cpu: limits.cpu ?? null,
    requests_per_minute: limits.requestsPerMinute ?? null,
    updated_by: userOf(actor),
  };
  const row = await tx
    .insertInto('organisation_limits')
    .values({ organisation_id: organisationId, ...values })
    .onConflict((conflict) => conflict.column('organisation_id').doUpdateSet(values))
    .returning(columns)
    .executeTakeFirstOrThrow();
  return toLimits(row);
}

function toLimits(row: {
  organisation_id: string;
  memory: number | null;
  timeout: number | null;
  cpu: number | null;
  requests_per_minute: number | null;
  updated_at: Date;
}): LimitsRow {
  const { memory, timeout, cpu, requests_per_minute: requestsPerMinute } = row;
  const all = { memory, timeout, cpu, requestsPerMinute };
  const limits: OrganisationLimits = {};
  for (const name of limitNames) {
    const value = all[name];
    if (value !== null) limits[name] = value;
  }
  return { organisationId: row.organisation_id, limits, updatedAt: row.updated_at };
}
