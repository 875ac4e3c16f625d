import { sql, type Selectable } from 'kysely';
import { ratingUse, type RatingStars } from '@proofpix/contract/community/ratings';
import type { Tables } from '../../db/tables.ts';
import type { Tx } from '../../db/tenancy.ts';

/** All of it only as system: ratings are about what other organisations publish. */

export type RatingRow = Selectable<Tables['ratings']>;
export type Named = { publisher: string; pluginId: string };

/** Whoever rates a plugin does so one after the other: bursts and persons are counted, and nobody slips in between. */
export async function lockRatings(tx: Tx, { publisher, pluginId }: Named): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`ratings ${publisher}/${pluginId}`}, 0))`.execute(tx);
}

export type Use = { photos: number; days: number; since: Date | null; version: string | null };

/**
 * What an organisation did with what was released, by the digests of the packages: installing again changes nothing, and an
 * upload with the same name is something else. Of each day only as much is read as decides.
 */
export async function readUse(tx: Tx, organisationId: string, { publisher, pluginId }: Named): Promise<Use> {
  const { rows } = await sql<Use>`
    with released as materialized (
      select digest from releases where publisher = ${publisher} and plugin_id = ${pluginId}
    )
    select count(distinct files.sha256)::integer as photos,
      count(distinct (used.created_at at time zone 'utc')::date)::integer as days,
      min(used.created_at) as since, mode() within group (order by used.version) as version
    from generate_series(0, ${sql.lit(ratingUse.withinDays)}) as ago
    cross join lateral (
      select run_id, version, created_at from run_steps
      where organisation_id = ${organisationId}::uuid and plugin_id = ${pluginId} and ok
        and created_at >= date_trunc('day', clock_timestamp(), 'utc') - make_interval(days => ago)
        and created_at < date_trunc('day', clock_timestamp(), 'utc') - make_interval(days => ago - 1)
        and digest in (select digest from released)
      order by created_at limit 60
    ) as used
    join runs on runs.organisation_id = ${organisationId}::uuid and runs.id = used.run_id and runs.state = 'done'
    join files on files.organisation_id = runs.organisation_id and files.id = runs.file_id`.execute(tx);
  return rows[0] ?? { photos: 0, days: 0, since: null, version: null };
}

/** Who leads an organisation, and who asks: a voice is theirs, however many organisations they have. */
export async function listLeaders(tx: Tx, organisationId: string, asking: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('memberships')
    .select('user_id')
    .where('organisation_id', '=', organisationId)
    .where('role', 'in', ['owner', 'admin'])
    .execute();
  return [...new Set([asking, ...rows.map(({ user_id }) => user_id)])];
}

export type Ties = { owns: boolean; shares: boolean; elsewhere: boolean };

/** What ties these people to who publishes a plugin, and to ratings of it that other organisations gave. */
export async function findTies(
  tx: Tx,
  { organisationId, people }: { organisationId: string; people: readonly string[] },
  { publisher, pluginId }: Named,
): Promise<Ties> {
  const any = sql`any (${`{${people.join(',')}}`}::uuid[])`;
  const { rows } = await sql<Ties>`
    select
      exists (select from publishers where name = ${publisher} and organisation_id = ${organisationId}::uuid) as owns,
      exists (select from publishers join memberships on memberships.organisation_id = publishers.organisation_id
        where publishers.name = ${publisher} and memberships.user_id = ${any}) as shares,
      exists (select from ratings join rating_people on rating_people.organisation_id = ratings.organisation_id
          and rating_people.rating_id = ratings.id
        where ratings.publisher = ${publisher} and ratings.plugin_id = ${pluginId}
          and ratings.organisation_id <> ${organisationId}::uuid and rating_people.user_id = ${any}
          -- Taken back and never held: that voice is free again.
          and (ratings.withdrawn_at is null or ratings.state <> 'visible')) as elsewhere`.execute(tx);
  if (rows[0] === undefined) throw new Error('A query without a row.');
  return rows[0];
}

export async function findOwnRating(tx: Tx, organisationId: string, named: Named): Promise<RatingRow | undefined> {
  return tx
    .selectFrom('ratings')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('publisher', '=', named.publisher)
    .where('plugin_id', '=', named.pluginId)
    .forUpdate()
    .executeTakeFirst();
}

/** One that everybody sees. */
export async function findVisible(tx: Tx, id: string): Promise<RatingRow | undefined> {
  return tx
    .selectFrom('ratings')
    .selectAll()
    .where('id', '=', id)
    .where('state', '=', 'visible')
    .where('withdrawn_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

/** Whatever became of it, unless it was taken back. */
export async function lockRating(tx: Tx, id: string): Promise<RatingRow | undefined> {
  return tx
    .selectFrom('ratings')
    .selectAll()
    .where('id', '=', id)
    .where('withdrawn_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

type Written = Pick<RatingRow, 'stars' | 'text' | 'named' | 'version' | 'state' | 'held' | 'author' | 'rated_at'> &
  Partial<Pick<RatingRow, 'edited_at' | 'appeal' | 'appealed_at' | 'appeal_decided_at'>>;

export async function saveRating(
  tx: Tx,
  { organisationId, publisher, pluginId }: Named & { organisationId: string },
  written: Written,
): Promise<string> {
  const { id } = await tx
    .insertInto('ratings')
    .values({ organisation_id: organisationId, publisher, plugin_id: pluginId, ...written })
    .onConflict((conflict) =>
      conflict.columns(['organisation_id', 'publisher', 'plugin_id']).doUpdateSet({ ...written, withdrawn_at: null }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Nobody is taken away: who led it when it rated, has spoken. */
export async function addPeople(
  tx: Tx,
  { organisationId, ratingId, people }: { organisationId: string; ratingId: string; people: readonly string[] },
): Promise<void> {
  await tx
    .insertInto('rating_people')
    .values(people.map((user_id) => ({ organisation_id: organisationId, rating_id: ratingId, user_id })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function changeRating(
  tx: Tx,
  id: string,
  change: Partial<Omit<RatingRow, 'id' | 'organisation_id' | 'created_at' | 'updated_at'>>,
): Promise<void> {
  await tx.updateTable('ratings').set(change).where('id', '=', id).execute();
}

/** A voice on a rating; false where the person gave one with another organisation. */
export async function saveVote(
  tx: Tx,
  vote: { ratingId: string; organisationId: string; userId: string },
): Promise<boolean> {
  await tx
    .insertInto('rating_votes')
    .values({ rating_id: vote.ratingId, organisation_id: vote.organisationId, user_id: vote.userId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const own = await tx
    .selectFrom('rating_votes')
    .select('rating_id')
    .where('rating_id', '=', vote.ratingId)
    .where('organisation_id', '=', vote.organisationId)
    .executeTakeFirst();
  return own !== undefined;
}

export async function deleteVote(tx: Tx, ratingId: string, organisationId: string): Promise<void> {
  await tx
    .deleteFrom('rating_votes')
    .where('rating_id', '=', ratingId)
    .where('organisation_id', '=', organisationId)
    .execute();
}

export type Totals = readonly [number, number, number, number, number];

export async function readTotals(tx: Tx, { publisher, pluginId }: Named): Promise<Totals> {
  const row = await tx
    .selectFrom('rating_totals')
    .selectAll()
    .where('publisher', '=', publisher)
    .where('plugin_id', '=', pluginId)
    .executeTakeFirst();
  return row === undefined ? [0, 0, 0, 0, 0] : [row.one, row.two, row.three, row.four, row.five];
}

export type ListedRating = RatingRow & {
  organisation: string | null;
  helpful: number;
  voted: boolean;
  /** What the list is ordered by. */
  key: number;
};

/** The newest, or the most helpful first; one row more than the limit. */
export async function listVisible(
  tx: Tx,
  { publisher, pluginId }: Named,
  wanted: {
    organisationId: string;
    sort: 'newest' | 'helpful';
    stars: RatingStars | undefined;
    after: { key: number; id: string } | null;
    limit: number;
  },
): Promise<ListedRating[]> {
  const { organisationId, sort, stars, after, limit } = wanted;
  const { rows } = await sql<ListedRating>`
    select * from (
      select r.*, case when r.named then o.name end as organisation, votes.helpful, votes.voted,
        ${sort === 'helpful' ? sql`votes.helpful::bigint` : sql`(extract(epoch from r.created_at) * 1000)::bigint`} as key
      from ratings as r join organisations as o on o.id = r.organisation_id
      cross join lateral (
        select count(*)::integer as helpful, coalesce(bool_or(v.organisation_id = ${organisationId}::uuid), false) as voted
        from rating_votes as v where v.rating_id = r.id
      ) as votes
      where r.publisher = ${publisher} and r.plugin_id = ${pluginId} and r.state = 'visible' and r.withdrawn_at is null
        ${stars === undefined ? sql`` : sql`and r.stars = ${stars}`}
    ) as listed
    ${after === null ? sql`` : sql`where (key, id) < (${after.key}::bigint, ${after.id}::uuid)`}
    order by key desc, id desc limit ${limit + 1}`.execute(tx);
  return rows;
}
