import { sql, type Selectable } from 'kysely';
import type { AnnouncementKind } from '@proofpix/contract/community/announcement-kinds';
import { announcementLimit, noticeDays } from '@proofpix/contract/community/announcements';
import type { Tables } from '../../db/tables.ts';
import type { Tx } from '../../db/tenancy.ts';
import { countedRows, type Position } from '../../http/paging.ts';

type Named = { publisher: string; pluginId: string };
type Member = { organisationId: string; userId: string };
export type AnnouncementRow = Selectable<Tables['announcements']>;

/** Of a plugin, what counts towards the limit. One after the other, so that many at once stay below it. */
export async function countRecent(tx: Tx, named: Named): Promise<number> {
  await tx.selectFrom('publishers').select('name').where('name', '=', named.publisher).forUpdate().execute();
  const { count } = await tx
    .selectFrom('announcements')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('publisher', '=', named.publisher)
    .where('plugin_id', '=', named.pluginId)
    .where('kind', 'in', ['news', 'deprecation'])
    .where('created_at', '>', sql<Date>`clock_timestamp() - make_interval(days => ${announcementLimit.days})`)
    .executeTakeFirstOrThrow();
  return Number(count);
}

type NewRow = Named & {
  organisationId: string | null;
  kind: AnnouncementKind | 'release';
  version: string | null;
  title: string;
  text: string;
};

export async function insertAnnouncement(tx: Tx, row: NewRow): Promise<AnnouncementRow> {
  return tx
    .insertInto('announcements')
    .values({
      organisation_id: row.organisationId,
      publisher: row.publisher,
      plugin_id: row.pluginId,
      kind: row.kind,
      version: row.version,
      title: row.title,
      body: row.text,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function lockUnsent(tx: Tx, id: string): Promise<AnnouncementRow | undefined> {
  return tx
    .selectFrom('announcements')
    .selectAll()
    .where('id', '=', id)
    .where('sent_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

export async function listUnsent(tx: Tx): Promise<string[]> {
  const rows = await tx.selectFrom('announcements').select('id').where('sent_at', 'is', null).execute();
  return rows.map(({ id }) => id);
}

/** The next organisations that it concerns, in their order. Of a release, those in which somebody follows. */
export async function nextOrganisations(tx: Tx, row: AnnouncementRow, most: number): Promise<string[]> {
  const { rows } = await sql<{ organisation_id: string }>`
    select organisation_id from (
      select organisation_id from publisher_follows where publisher = ${row.publisher} and choice = 'follows'
      union
      select organisation_id from plugins
        where source = 'marketplace' and publisher = ${row.publisher} and plugin_id = ${row.plugin_id} and ${row.kind} <> 'release'
    ) as concerned
    where organisation_id > coalesce(${row.sent_through}::uuid, '00000000-0000-0000-0000-000000000000')
      and organisation_id is distinct from ${row.organisation_id}::uuid
    order by organisation_id limit ${most}`.execute(tx);
  return rows.map(({ organisation_id }) => organisation_id);
}

/**
 * Followers, and owners and admins where it is installed, but for those who muted what is muted. Once for a member, however
 * often it is done. Gives how many of these organisations got it.
 */
export async function insertNotices(tx: Tx, row: AnnouncementRow, organisations: readonly string[]): Promise<number> {
  const { rows } = await sql<{ organisation_id: string }>`
    insert into announcement_notices (organisation_id, user_id, announcement_id)
    select m.organisation_id, m.user_id, ${row.id}::uuid
    from memberships m
    left join publisher_follows f
      on f.organisation_id = m.organisation_id and f.user_id = m.user_id and f.publisher = ${row.publisher}
    where m.organisation_id = any (${[...organisations]}::uuid[])
      and (f.choice = 'follows' or (
        ${row.kind} <> 'release' and m.role in ('owner', 'admin')
        and (f.choice is distinct from 'muted' or ${row.kind} <> 'news')
        and exists (select from plugins p where p.organisation_id = m.organisation_id and p.source = 'marketplace'
          and p.publisher = ${row.publisher} and p.plugin_id = ${row.plugin_id})))
    on conflict do nothing
    returning organisation_id`.execute(tx);
  return new Set(rows.map(({ organisation_id }) => organisation_id)).size;
}

export async function setSentThrough(tx: Tx, id: string, through: string, reached: number): Promise<void> {
  await tx
    .updateTable('announcements')
    .set({ sent_through: through, reached: sql`reached + ${reached}` })
    .where('id', '=', id)
    .execute();
}

export async function setSent(tx: Tx, id: string): Promise<void> {
  await tx.updateTable('announcements').set({ sent_at: new Date() }).where('id', '=', id).execute();
}

export async function deleteOldNotices(tx: Tx): Promise<void> {
  await tx
    .deleteFrom('announcement_notices')
    .where('created_at', '<', sql<Date>`clock_timestamp() - make_interval(days => ${noticeDays})`)
    .execute();
}

type Wanted = { after: Position | null; limit: number };

/** What a publisher wrote, newest first; one row more than the limit. */
export async function listSent(tx: Tx, publisher: string, { after, limit }: Wanted) {
  let listing = tx
    .selectFrom('announcements')
    .selectAll()
    .where('publisher', '=', publisher)
    .where('kind', '<>', 'release');
  const counting = listing.clearSelect().select('id').limit(countedRows);
  if (after) listing = listing.where(sql<boolean>`(created_at, id) < (${after.at}, ${after.id}::uuid)`);
  const counted = await tx
    .selectFrom(counting.as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await listing
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return { rows, counted: Number(counted.count) };
}

function notices(tx: Tx, { organisationId, userId }: Member) {
  return tx
    .selectFrom('announcement_notices as got')
    .innerJoin('announcements as said', 'said.id', 'got.announcement_id')
    .where('got.organisation_id', '=', organisationId)
    .where('got.user_id', '=', userId);
}

export type ReceivedRow = Awaited<ReturnType<typeof listReceived>>['rows'][number];

/** What came to a member, newest first; one row more than the limit. */
export async function listReceived(tx: Tx, member: Member, { unread, after, limit }: Wanted & { unread: boolean }) {
  let listing = notices(tx, member);
  if (unread) listing = listing.where('got.read_at', 'is', null);
  const counting = listing.select('said.id').limit(countedRows);
  if (after)
    listing = listing.where(sql<boolean>`(got.created_at, got.announcement_id) < (${after.at}, ${after.id}::uuid)`);
  const counted = await tx
    .selectFrom(counting.as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await listing
    .select([
      'said.id',
      'said.publisher',
      'said.plugin_id',
      'said.kind',
      'said.version',
      'said.title',
      'said.body',
      'got.read_at',
      'got.created_at',
    ])
    .orderBy('got.created_at', 'desc')
    .orderBy('got.announcement_id', 'desc')
    .limit(limit + 1)
    .execute();
  return { rows, counted: Number(counted.count) };
}

/** Those named, or all. Gives how many are left. */
export async function markRead(tx: Tx, member: Member, ids: readonly string[] | null): Promise<number> {
  let change = tx
    .updateTable('announcement_notices')
    .set({ read_at: new Date() })
    .where('organisation_id', '=', member.organisationId)
    .where('user_id', '=', member.userId)
    .where('read_at', 'is', null);
  if (ids !== null) change = change.where('announcement_id', 'in', [...ids]);
  if (ids === null || ids.length > 0) await change.execute();
  const { count } = await notices(tx, member)
    .where('got.read_at', 'is', null)
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}
