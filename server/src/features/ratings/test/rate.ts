import { sql } from 'kysely';
import type { NewRating } from '@proofpix/contract/api/ratings';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { insertPublishing } from '../../../../test/publishing-fixtures.ts';
import { insertUse } from '../../../../test/rating-fixtures.ts';
import type { TestMember, TestOrganisation, TestServer } from '../../../../test/start-server.ts';
import { asSystem } from '../../../db/tenancy.ts';

export type Listed = { publisher: string; plugin: string };

/** A released plugin of an organisation that nobody here rates for. */
export async function listed(server: TestServer): Promise<Listed & { by: TestOrganisation }> {
  const by = await server.createOrganisation();
  const { PUBLISHER: publisher, RELEASED: plugin } = await insertPublishing(server, by.id);
  return { publisher, plugin, by };
}

/** An organisation that has been here for a year, unless it is young. */
export async function organisation(server: TestServer, { young = false } = {}): Promise<TestOrganisation> {
  const made = await server.createOrganisation();
  if (!young)
    await asSystem(server.db, 'create-organisation', (tx) =>
      sql`update organisations set created_at = now() - interval '1 year' where id = ${made.id}::uuid`.execute(tx),
    );
  return made;
}

/** One that used the plugin as much as it takes. */
export async function user(server: TestServer, of: Listed, options?: { young?: boolean }): Promise<TestOrganisation> {
  const made = await organisation(server, options);
  await insertUse(server, made.id, of);
  return made;
}

export const rate = (member: TestMember, { publisher, plugin }: Listed, body: Partial<NewRating> = {}) =>
  member.call(routes.ratings.set, { params: { publisher, plugin }, body: { stars: 5, ...body } });
export const own = (member: TestMember, { publisher, plugin }: Listed) =>
  member.call(routes.ratings.own, { params: { publisher, plugin } });
export const list = (
  member: TestMember,
  { publisher, plugin }: Listed,
  query: { sort?: 'helpful'; limit?: number; cursor?: string } = {},
) => member.call(routes.ratings.list, { params: { publisher, plugin }, query });
export const refusal = (done: Promise<unknown>) =>
  done.then(
    () => 'no problem',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  );
export const makeLeader = (server: TestServer, organisationId: string, userId: string) =>
  asSystem(server.db, 'manage-members', (tx) =>
    tx.insertInto('memberships').values({ organisation_id: organisationId, user_id: userId, role: 'admin' }).execute(),
  );
export const decide = (
  member: TestMember,
  id: string,
  decision: 'release' | 'reject' | 'remove-reply',
  reason = 'A reason',
) => member.call(routes.ratings.decide, { params: { id }, body: { decision, reason } });
export const queueOf = async (reviewer: TestMember, queue: 'held' | 'appealed', { plugin }: Listed) =>
  (await reviewer.call(routes.ratings.queue, { query: { queue, limit: 100 } })).items.filter(
    (row) => row.plugin === plugin,
  );
