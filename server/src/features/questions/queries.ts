import { sql } from 'kysely';
import type { Tx } from '../../db/tenancy.ts';
import { countedRows, type Position } from '../../http/paging.ts';

type Named = { publisher: string; pluginId: string };
/** Who looks: an author sees what was hidden of theirs, a reviewer all. */
export type Reader = { userId: string; organisationId: string; reviewer: boolean };
export type PostTable = 'questions' | 'answers';

const author = sql<string | null>`case when post.organisation_id is null then null else users.name end`;
const flaggedBy = ({ userId }: Reader) =>
  sql<boolean>`exists (select from question_flags f where f.post_id = post.id and f.user_id = ${userId}::uuid)`;
const shownTo = ({ userId, reviewer }: Reader) =>
  reviewer ? sql<boolean>`true` : sql<boolean>`(post.hidden_at is null or post.author = ${userId}::uuid)`;

function questions(tx: Tx, reader: Reader) {
  return tx
    .selectFrom('questions as post')
    .leftJoin('users', 'users.id', 'post.author')
    .select([
      'post.id',
      'post.author',
      'post.publisher',
      'post.plugin_id',
      'post.title',
      'post.body',
      'post.hidden_at',
      'post.hidden_reason',
      'post.edited_at',
      'post.created_at',
      author.as('author_name'),
      flaggedBy(reader).as('flagged'),
      sql<number>`(select count(*) from answers a where a.question_id = post.id and a.hidden_at is null)`.as('answers'),
      sql<boolean>`exists (select from answers a where a.question_id = post.id and a.accepted_at is not null and a.hidden_at is null)`.as(
        'answered',
      ),
    ])
    .where(shownTo(reader));
}

export type QuestionRow = NonNullable<Awaited<ReturnType<typeof findQuestion>>>;

export async function findQuestion(tx: Tx, reader: Reader, id: string) {
  return questions(tx, reader).where('post.id', '=', id).executeTakeFirst();
}

export async function hasReleases(tx: Tx, named: Named): Promise<boolean> {
  const row = await tx
    .selectFrom('releases')
    .select('version')
    .where('publisher', '=', named.publisher)
    .where('plugin_id', '=', named.pluginId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

type Wanted = { named: Named; unanswered: boolean; after: Position | null; limit: number };

/** Newest first; one row more than the limit. */
export async function listQuestions(tx: Tx, reader: Reader, { named, unanswered, after, limit }: Wanted) {
  let listing = questions(tx, reader)
    .where('post.publisher', '=', named.publisher)
    .where('post.plugin_id', '=', named.pluginId);
  if (unanswered)
    listing = listing.where(
      sql<boolean>`not exists (select from answers a where a.question_id = post.id and a.hidden_at is null)`,
    );
  const counting = listing.clearSelect().select('post.id').limit(countedRows);
  if (after) listing = listing.where(sql<boolean>`(post.created_at, post.id) < (${after.at}, ${after.id}::uuid)`);
  const counted = await tx
    .selectFrom(counting.as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await listing
    .orderBy('post.created_at', 'desc')
    .orderBy('post.id', 'desc')
    .limit(limit + 1)
    .execute();
  return { rows, counted: Number(counted.count) };
}

export type AnswerRow = Awaited<ReturnType<typeof listAnswers>>[number];

export async function listAnswers(tx: Tx, reader: Reader, questionId: string, most: number) {
  return tx
    .selectFrom('answers as post')
    .leftJoin('users', 'users.id', 'post.author')
    .select([
      'post.id',
      'post.author',
      'post.by_publisher',
      'post.body',
      'post.accepted_at',
      'post.hidden_at',
      'post.hidden_reason',
      'post.edited_at',
      'post.created_at',
      author.as('author_name'),
      flaggedBy(reader).as('flagged'),
    ])
    .where('post.question_id', '=', questionId)
    .where(shownTo(reader))
    .orderBy(sql`post.accepted_at is null`)
    .orderBy('post.created_at')
    .orderBy('post.id')
    .limit(most)
    .execute();
}

/** How many somebody wrote within a day, whatever organisation they were in. One after the other, so that many at once stay below a number. */
export async function countOfDay(tx: Tx, table: PostTable, userId: string): Promise<number> {
  await tx.selectFrom('users').select('id').where('id', '=', userId).forUpdate().execute();
  const { count } = await tx
    .selectFrom(table)
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('author', '=', userId)
    .where('created_at', '>', sql<Date>`clock_timestamp() - interval '24 hours'`)
    .executeTakeFirstOrThrow();
  return Number(count);
}

type Written = { organisationId: string; userId: string };

export async function insertQuestion(
  tx: Tx,
  { organisationId, userId }: Written,
  row: Named & { title: string; text: string },
): Promise<string> {
  const { id } = await tx
    .insertInto('questions')
    .values({
      organisation_id: organisationId,
      author: userId,
      publisher: row.publisher,
      plugin_id: row.pluginId,
      title: row.title,
      body: row.text,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function insertAnswer(
  tx: Tx,
  { organisationId, userId }: Written,
  row: { questionId: string; byPublisher: boolean; text: string },
): Promise<void> {
  await tx
    .insertInto('answers')
    .values({
      organisation_id: organisationId,
      author: userId,
      question_id: row.questionId,
      by_publisher: row.byPublisher,
      body: row.text,
    })
    .execute();
}

/** Held until the answer is written, so that it hangs on no question that somebody deletes meanwhile. */
export async function lockQuestion(tx: Tx, id: string): Promise<void> {
  await tx.selectFrom('questions').select('id').where('id', '=', id).forUpdate().execute();
}

export async function updateQuestion(tx: Tx, id: string, change: { title: string; text: string }): Promise<void> {
  await tx
    .updateTable('questions')
    .set({ title: change.title, body: change.text, edited_at: new Date() })
    .where('id', '=', id)
    .execute();
}

export async function updateAnswer(tx: Tx, id: string, text: string): Promise<void> {
  await tx.updateTable('answers').set({ body: text, edited_at: new Date() }).where('id', '=', id).execute();
}

/** With what was said of it. */
export async function deletePost(tx: Tx, table: PostTable, id: string): Promise<void> {
  if (table === 'questions')
    await sql`delete from question_flags where post_id in (select id from answers where question_id = ${id}::uuid)`.execute(
      tx,
    );
  await tx.deleteFrom('question_flags').where('post_id', '=', id).execute();
  await tx.deleteFrom(table).where('id', '=', id).execute();
}

/** One or none: in this order, since two accepted ones are refused at any moment. */
export async function setAccepted(tx: Tx, questionId: string, answerId: string | null): Promise<void> {
  await tx
    .updateTable('answers')
    .set({ accepted_at: null })
    .where('question_id', '=', questionId)
    .where('accepted_at', 'is not', null)
    .execute();
  if (answerId !== null)
    await tx.updateTable('answers').set({ accepted_at: new Date() }).where('id', '=', answerId).execute();
}

/** Counts somebody once. */
export async function addFlag(tx: Tx, table: PostTable, id: string, userId: string): Promise<void> {
  const added = await tx
    .insertInto('question_flags')
    .values({ post_id: id, user_id: userId })
    .onConflict((conflict) => conflict.doNothing())
    .returning('post_id')
    .executeTakeFirst();
  if (added === undefined) return;
  await tx
    .updateTable(table)
    .set({ flags: sql`flags + 1` })
    .where('id', '=', id)
    .execute();
}

export async function setHidden(tx: Tx, table: PostTable, id: string, reason: string | null): Promise<void> {
  await tx
    .updateTable(table)
    .set({ hidden_at: reason === null ? null : new Date(), hidden_reason: reason })
    .where('id', '=', id)
    .execute();
}

export type FlaggedRow = {
  question: string;
  answer: string | null;
  publisher: string;
  plugin_id: string;
  title: string;
  body: string;
  flags: number;
  hidden_at: Date | null;
  hidden_reason: string | null;
  created_at: Date;
};

/** What waits for somebody first, then what was hidden. */
export async function listFlagged(tx: Tx, most: number): Promise<FlaggedRow[]> {
  const { rows } = await sql<FlaggedRow>`
    select id as question, null::uuid as answer, publisher, plugin_id, title, body, flags, hidden_at, hidden_reason, created_at
      from questions where flags > 0 or hidden_at is not null
    union all
    select q.id, a.id, q.publisher, q.plugin_id, q.title, a.body, a.flags, a.hidden_at, a.hidden_reason, a.created_at
      from answers a join questions q on q.id = a.question_id where a.flags > 0 or a.hidden_at is not null
    order by 8 nulls first, 7 desc, 10 desc limit ${most}`.execute(tx);
  return rows;
}
