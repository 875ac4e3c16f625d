import { sql } from 'kysely';
import type { Role } from '@proofpix/contract/access';
import type { Tx } from '../../../db/tenancy.ts';

export type InvitationRow = {
  id: string;
  email: string;
  role: Role;
  invited_by_name: string | null;
  expires_at: Date;
  created_at: Date;
};

function invitations(tx: Tx) {
  return tx
    .selectFrom('invitations as i')
    .leftJoin('users as u', 'u.id', 'i.invited_by')
    .select(['i.id', 'i.email', 'i.role', 'u.name as invited_by_name', 'i.expires_at', 'i.created_at'])
    .orderBy('i.created_at', 'desc')
    .orderBy('i.id', 'desc');
}

export async function listInvitations(tx: Tx, organisationId: string): Promise<InvitationRow[]> {
  return invitations(tx).where('i.organisation_id', '=', organisationId).execute();
}

export async function findInvitation(tx: Tx, organisationId: string, id: string): Promise<InvitationRow | undefined> {
  return invitations(tx).where('i.organisation_id', '=', organisationId).where('i.id', '=', id).executeTakeFirst();
}

export async function countInvitations(tx: Tx, organisationId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('invitations')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('organisation_id', '=', organisationId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Takes the place of one that is too old. Undefined where one stands. */
export async function insertInvitation(
  tx: Tx,
  row: { organisationId: string; email: string; role: Role; hash: Uint8Array; invitedBy: string; expiresAt: Date },
): Promise<string | undefined> {
  await tx
    .deleteFrom('invitations')
    .where('organisation_id', '=', row.organisationId)
    .where('email', '=', row.email)
    .where('expires_at', '<=', sql<Date>`clock_timestamp()`)
    .execute();
  const inserted = await tx
    .insertInto('invitations')
    .values({
      organisation_id: row.organisationId,
      email: row.email,
      role: row.role,
      token_hash: row.hash,
      invited_by: row.invitedBy,
      expires_at: row.expiresAt,
    })
    .onConflict((conflict) => conflict.columns(['organisation_id', 'email']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted?.id;
}

/** The link before it stops with the same statement. */
export async function renewInvitation(
  tx: Tx,
  id: string,
  renewed: { hash: Uint8Array; expiresAt: Date },
): Promise<void> {
  await tx
    .updateTable('invitations')
    .set({ token_hash: renewed.hash, expires_at: renewed.expiresAt })
    .where('id', '=', id)
    .execute();
}

export async function deleteInvitation(
  tx: Tx,
  organisationId: string,
  id: string,
): Promise<{ email: string; role: Role } | undefined> {
  return tx
    .deleteFrom('invitations')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', id)
    .returning(['email', 'role'])
    .executeTakeFirst();
}

export type OpenRow = {
  organisation_id: string;
  organisation_name: string;
  email: string;
  role: Role;
  expires_at: Date;
};

export async function findOpenInvitation(tx: Tx, hash: Uint8Array): Promise<OpenRow | undefined> {
  return tx
    .selectFrom('invitations as i')
    .innerJoin('organisations as o', 'o.id', 'i.organisation_id')
    .select(['i.organisation_id', 'o.name as organisation_name', 'i.email', 'i.role', 'i.expires_at'])
    .where('i.token_hash', '=', hash)
    .where('i.expires_at', '>', sql<Date>`clock_timestamp()`)
    .executeTakeFirst();
}

/** In one statement: of two that bring the same token at once, one gets the row. */
export async function takeInvitation(
  tx: Tx,
  hash: Uint8Array,
): Promise<{ id: string; organisation_id: string; email: string; role: Role } | undefined> {
  return tx
    .deleteFrom('invitations')
    .where('token_hash', '=', hash)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .returning(['id', 'organisation_id', 'email', 'role'])
    .executeTakeFirst();
}

export async function isMember(tx: Tx, organisationId: string, email: string): Promise<boolean> {
  const found = await tx
    .selectFrom('memberships as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select('m.user_id')
    .where('m.organisation_id', '=', organisationId)
    .where('u.email', '=', email)
    .executeTakeFirst();
  return found !== undefined;
}
