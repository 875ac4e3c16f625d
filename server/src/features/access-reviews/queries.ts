import { sql } from 'kysely';
import type { Role } from '@proofpix/contract/access';
import type { Tx } from '../../db/tenancy.ts';

export type ReviewedMemberRow = {
  id: string;
  name: string;
  email: string;
  role: Role;
  created_at: Date;
  is_operator: boolean;
  has_second_factor: boolean;
  is_connected: boolean;
  last_seen_at: Date | null;
};

/** Sessions that ended are gone: what somebody did stands in the trail. As system: second factors belong to people. */
export async function listReviewedMembers(tx: Tx, organisationId: string): Promise<ReviewedMemberRow[]> {
  return (
    tx
      .selectFrom('memberships as m')
      .innerJoin('users as u', 'u.id', 'm.user_id')
      .select([
        'u.id',
        'u.name',
        'u.email',
        'm.role',
        'm.created_at',
        'u.is_operator',
        sql<boolean>`exists (select from second_factors f where f.user_id = u.id and f.confirmed_at is not null)`.as(
          'has_second_factor',
        ),
        sql<boolean>`exists (
        select from single_sign_on s join single_sign_on_identities i using (organisation_id, issuer)
        where i.organisation_id = m.organisation_id and i.user_id = m.user_id)`.as('is_connected'),
        sql<Date | null>`greatest(
        (select max(s.last_used_at) from sessions s
          where s.organisation_id = m.organisation_id and s.user_id = m.user_id),
        (select max(t.last_used_at) from api_tokens t
          where t.organisation_id = m.organisation_id and t.user_id = m.user_id),
        acted.last_at)`.as('last_seen_at'),
      ])
      // Once for all members: the trail is read by organisation, not by person.
      .leftJoin(
        (query) =>
          query
            .selectFrom('audit_acts')
            .select((row) => ['actor_id', row.fn.max('created_at').as('last_at')])
            .where('organisation_id', '=', organisationId)
            .where('actor_kind', '=', 'member')
            .groupBy('actor_id')
            .as('acted'),
        (join) => join.on(sql<boolean>`acted.actor_id = m.user_id::text`),
      )
      .where('m.organisation_id', '=', organisationId)
      .orderBy('m.created_at')
      .orderBy('u.id')
      .execute()
  );
}

export type ReviewedTokenRow = {
  id: string;
  user_id: string;
  name: string;
  access: string[];
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  last_used_from: string | null;
  member_name: string;
  member_email: string;
};

export async function listReviewedTokens(tx: Tx, organisationId: string): Promise<ReviewedTokenRow[]> {
  return tx
    .selectFrom('api_tokens as t')
    .innerJoin('users as u', 'u.id', 't.user_id')
    .select([
      't.id',
      't.user_id',
      't.name',
      't.access',
      't.created_at',
      't.expires_at',
      't.last_used_at',
      't.last_used_from',
      'u.name as member_name',
      'u.email as member_email',
    ])
    .where('t.organisation_id', '=', organisationId)
    .orderBy('t.created_at')
    .orderBy('t.id')
    .execute();
}
