import type { Tx } from '../../db/tenancy.ts';

type Member = { organisationId: string; userId: string };

export type FollowRow = Awaited<ReturnType<typeof listFollows>>[number];

export async function listFollows(tx: Tx, { organisationId, userId }: Member) {
  return tx
    .selectFrom('publisher_follows')
    .select(['publisher', 'choice', 'created_at'])
    .where('organisation_id', '=', organisationId)
    .where('user_id', '=', userId)
    .orderBy('publisher')
    .execute();
}

/** How publishers call themselves. As system: they belong to others. */
export async function namesOf(tx: Tx, publishers: readonly string[]): Promise<Map<string, string>> {
  if (publishers.length === 0) return new Map();
  const rows = await tx
    .selectFrom('publishers')
    .select(['name', 'display_name'])
    .where('name', 'in', [...publishers])
    .execute();
  return new Map(rows.map(({ name, display_name }) => [name, display_name]));
}

/** One after the other, so that many at once stay below the number. */
export async function countFollows(tx: Tx, { organisationId, userId }: Member): Promise<number> {
  await tx
    .selectFrom('memberships')
    .select('user_id')
    .where('organisation_id', '=', organisationId)
    .where('user_id', '=', userId)
    .forUpdate()
    .execute();
  const { count } = await tx
    .selectFrom('publisher_follows')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('organisation_id', '=', organisationId)
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function setFollow(
  tx: Tx,
  { organisationId, userId }: Member,
  { publisher, choice }: { publisher: string; choice: 'follows' | 'muted' },
): Promise<void> {
  await tx
    .insertInto('publisher_follows')
    .values({ organisation_id: organisationId, user_id: userId, publisher, choice })
    .onConflict((conflict) => conflict.columns(['organisation_id', 'user_id', 'publisher']).doUpdateSet({ choice }))
    .execute();
}

export async function deleteFollow(tx: Tx, { organisationId, userId }: Member, publisher: string): Promise<void> {
  await tx
    .deleteFrom('publisher_follows')
    .where('organisation_id', '=', organisationId)
    .where('user_id', '=', userId)
    .where('publisher', '=', publisher)
    .execute();
}
