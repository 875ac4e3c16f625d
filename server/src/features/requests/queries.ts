import { sql } from 'kysely';
import type { NewPluginRequest, PluginRequest } from '@proofpix/contract/api/requests';
import type { Permission } from '@proofpix/contract/permissions';
import { cleanText } from '@proofpix/host/clean-text';
import type { Tx } from '../../db/tenancy.ts';
import { jsonText } from '../../db/types.ts';
import { countedRows, type Position } from '../../http/paging.ts';

export type RequestRow = NonNullable<Awaited<ReturnType<typeof findRequest>>>;
/** What an approval gave that was not there before. */
export type Given = {
  installed: boolean;
  permissions: Permission[];
  /** Digests of the packages; `to` is known when the update is done. */
  updated?: { from: string; to: string | null };
};

function requests(tx: Tx) {
  return tx
    .selectFrom('plugin_requests as asked')
    .leftJoin('users as asking', 'asking.id', 'asked.requested_by')
    .leftJoin('users as deciding', 'deciding.id', 'asked.decided_by')
    .select([
      'asked.id',
      'asked.organisation_id',
      'asked.kind',
      'asked.plugin_id',
      'asked.publisher',
      'asked.version',
      'asked.permissions',
      'asked.reason',
      'asked.state',
      'asked.given',
      'asked.decision_reason',
      'asked.decided_at',
      'asked.expires_at',
      'asked.created_at',
      'asking.name as requester',
      'deciding.name as decider',
    ]);
}

export async function findRequest(tx: Tx, id: string) {
  return requests(tx).where('asked.id', '=', id).executeTakeFirst();
}

type Filter = { state?: PluginRequest['state'] | undefined; by: string | null };

/** Newest first; one row more than the limit. `by`: of this member alone. */
export async function listRequests(tx: Tx, { state, by }: Filter, after: Position | null, limit: number) {
  let counting = tx.selectFrom('plugin_requests').select('id');
  let listing = requests(tx);
  if (state !== undefined) {
    counting = counting.where('state', '=', state);
    listing = listing.where('asked.state', '=', state);
  }
  if (by !== null) {
    counting = counting.where('requested_by', '=', by);
    listing = listing.where('asked.requested_by', '=', by);
  }
  if (after) listing = listing.where(sql<boolean>`(asked.created_at, asked.id) < (${after.at}, ${after.id}::uuid)`);
  const counted = await tx
    .selectFrom(counting.limit(countedRows).as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await listing
    .orderBy('asked.created_at', 'desc')
    .orderBy('asked.id', 'desc')
    .limit(limit + 1)
    .execute();
  return { rows, counted: Number(counted.count) };
}

export async function countWaiting(tx: Tx): Promise<number> {
  const row = await tx
    .selectFrom('plugin_requests')
    .select((counted) => counted.fn.countAll<number>().as('count'))
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export async function insertRequest(
  tx: Tx,
  asked: NewPluginRequest & { organisationId: string; by: string },
): Promise<string> {
  const { id } = await tx
    .insertInto('plugin_requests')
    .values({
      organisation_id: asked.organisationId,
      kind: asked.kind,
      plugin_id: asked.pluginId,
      publisher: asked.publisher ?? null,
      version: asked.version ?? null,
      permissions: jsonText(asked.permissions ?? []),
      reason: cleanText(asked.reason),
      requested_by: asked.by,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

type Decision = {
  id: string;
  state: 'approved' | 'refused';
  by: string | null;
  reason: string;
  given: Given | null;
  expiresAt: Date | null;
};

/** False when somebody else decided meanwhile. */
export async function decideRequest(tx: Tx, { id, state, by, reason, given, expiresAt }: Decision): Promise<boolean> {
  const decided = await tx
    .updateTable('plugin_requests')
    .set({
      state,
      decided_by: by,
      decision_reason: cleanText(reason),
      decided_at: new Date(),
      given: given && jsonText(given),
      expires_at: expiresAt,
    })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .returning('id')
    .executeTakeFirst();
  return decided !== undefined;
}

export async function saveGiven(tx: Tx, id: string, given: Given): Promise<void> {
  await tx
    .updateTable('plugin_requests')
    .set({ given: jsonText(given) })
    .where('id', '=', id)
    .execute();
}

/** It could not be done: it waits as before. */
export async function reopenRequest(tx: Tx, id: string): Promise<void> {
  const nobody = { decided_by: null, decision_reason: null, decided_at: null, given: null, expires_at: null };
  await tx
    .updateTable('plugin_requests')
    .set({ state: 'waiting', ...nobody })
    .where('id', '=', id)
    .execute();
}

/** False when it was withdrawn already. */
export async function expireRequest(tx: Tx, id: string): Promise<boolean> {
  const expired = await tx
    .updateTable('plugin_requests')
    .set({ state: 'expired' })
    .where('id', '=', id)
    .where('state', '=', 'approved')
    .returning('id')
    .executeTakeFirst();
  return expired !== undefined;
}

/** Of all organisations, only as system: approvals whose time is over. */
export async function findExpired(tx: Tx, now: Date): Promise<{ organisationId: string; id: string }[]> {
  const rows = await tx
    .selectFrom('plugin_requests')
    .select(['id', 'organisation_id'])
    .where('state', '=', 'approved')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(100)
    .execute();
  return rows.map(({ id, organisation_id: organisationId }) => ({ organisationId, id }));
}
