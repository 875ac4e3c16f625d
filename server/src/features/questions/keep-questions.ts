import {
  answersPerDay,
  editMinutes,
  mostAnswers,
  questionsPerDay,
  type Answer,
  type FlaggedPost,
  type NewQuestion,
  type Question,
  type QuestionSummary,
} from '@proofpix/contract/community/questions';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { Database } from '../../db/database.ts';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { actorOf, recordAct } from '../audit/record-act.ts';
import { findPublisher } from '../publishers/queries.ts';
import { plainLine, plainText } from './plain-text.ts';
import {
  addFlag,
  countOfDay,
  deletePost,
  findQuestion,
  hasReleases,
  insertAnswer,
  insertQuestion,
  listAnswers,
  listFlagged,
  listQuestions,
  lockQuestion,
  setAccepted,
  setHidden,
  updateAnswer,
  updateQuestion,
  type AnswerRow,
  type PostTable,
  type QuestionRow,
  type Reader,
} from './queries.ts';

type Named = { publisher: string; pluginId: string };
type Posted = { id: string; answer: string | null };
const mostFlagged = 200;

function readerOf({ userId, organisationId, access }: Caller): Reader {
  return { userId, organisationId, reviewer: access.has('submissions:review') };
}

/** @throws Problem release_not_found, invalid_request */
export async function readQuestions(
  db: Database,
  caller: Caller,
  named: Named,
  query: { cursor?: string | undefined; limit?: number | undefined; sort?: 'newest' | 'unanswered' | undefined },
) {
  const size = query.limit ?? limits.pageDefault;
  const wanted = { named, unanswered: query.sort === 'unanswered', after: decodeCursor(query.cursor), limit: size };
  const reader = readerOf(caller);
  const found = await asSystem(db, 'questions', async (tx) => {
    if (!(await hasReleases(tx, named))) throw new Problem('release_not_found');
    return listQuestions(tx, reader, wanted);
  });
  return pageOf<QuestionRow, QuestionSummary>(found.rows, found.counted, size, {
    item: (row) => showSummary(row, reader),
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}

/** @throws Problem question_not_found */
export async function readQuestion(db: Database, caller: Caller, id: string): Promise<Question> {
  const reader = readerOf(caller);
  return asSystem(db, 'questions', (tx) => show(tx, reader, id));
}

/** @throws Problem release_not_found, too_many_posts, invalid_request */
export async function askQuestion(db: Database, caller: Caller, named: Named, asked: NewQuestion): Promise<Question> {
  const said = textsOf(asked);
  return asSystem(db, 'questions', async (tx) => {
    if (!(await hasReleases(tx, named))) throw new Problem('release_not_found');
    if ((await countOfDay(tx, 'questions', caller.userId)) >= questionsPerDay) throw new Problem('too_many_posts');
    return show(tx, readerOf(caller), await insertQuestion(tx, caller, { ...named, ...said }));
  });
}

/** @throws Problem question_not_found, too_many_posts, too_many_answers, invalid_request */
export async function answerQuestion(db: Database, caller: Caller, id: string, text: string): Promise<Question> {
  const said = plainText('text', text);
  const reader = readerOf(caller);
  return asSystem(db, 'questions', async (tx) => {
    await lockQuestion(tx, id);
    const row = await found(tx, reader, id);
    if (row.hidden_at !== null) throw new Problem('question_not_found');
    if (Number(row.answers) >= mostAnswers) throw new Problem('too_many_answers');
    if ((await countOfDay(tx, 'answers', caller.userId)) >= answersPerDay) throw new Problem('too_many_posts');
    const byPublisher = await isPublisher(tx, reader, row.publisher);
    await insertAnswer(tx, caller, { questionId: id, byPublisher, text: said });
    return show(tx, reader, id);
  });
}

/** @throws Problem question_not_found, edit_time_over, invalid_request */
export async function changeQuestion(db: Database, caller: Caller, id: string, change: NewQuestion): Promise<Question> {
  const said = textsOf(change);
  const reader = readerOf(caller);
  return asSystem(db, 'questions', async (tx) => {
    await lockQuestion(tx, id);
    checkEditable(await own(tx, reader, { id, answer: null }));
    await updateQuestion(tx, id, said);
    return show(tx, reader, id);
  });
}

/** @throws Problem question_not_found, edit_time_over, invalid_request */
export async function changeAnswer(
  db: Database,
  caller: Caller,
  { id, answer, text }: { id: string; answer: string; text: string },
): Promise<Question> {
  const said = plainText('text', text);
  const reader = readerOf(caller);
  return asSystem(db, 'questions', async (tx) => {
    await lockQuestion(tx, id);
    const row = await own(tx, reader, { id, answer });
    checkEditable(row);
    await updateAnswer(tx, row.id, said);
    return show(tx, reader, id);
  });
}

/** @throws Problem question_not_found */
export async function removePost(db: Database, caller: Caller, post: Posted): Promise<void> {
  await asSystem(db, 'questions', async (tx) => {
    await lockQuestion(tx, post.id);
    const row = await own(tx, readerOf(caller), post);
    await deletePost(tx, tableOf(post), row.id);
  });
}

/** By whoever asked, or the publisher. @throws Problem question_not_found */
export async function acceptAnswer(db: Database, caller: Caller, { id, answer }: Posted): Promise<Question> {
  const reader = readerOf(caller);
  return asSystem(db, 'questions', async (tx) => {
    await lockQuestion(tx, id);
    const row = await found(tx, reader, id);
    if (!(await mayAccept(tx, reader, row))) throw new Problem('question_not_found');
    if (answer !== null) await foundPost(tx, reader, { id, answer });
    await setAccepted(tx, id, answer);
    return show(tx, reader, id);
  });
}

/** @throws Problem question_not_found */
export async function flagPost(db: Database, caller: Caller, post: Posted): Promise<void> {
  await asSystem(db, 'questions', async (tx) => {
    await lockQuestion(tx, post.id);
    const row = await foundPost(tx, readerOf(caller), post);
    await addFlag(tx, tableOf(post), row.id, caller.userId);
  });
}

/** By a reviewer: it stands in the trail of the server. @throws Problem question_not_found */
export async function hidePost(db: Database, caller: Caller, post: Posted, reason: string | null): Promise<void> {
  const said = reason === null ? null : plainText('reason', reason);
  await asSystem(db, 'questions', async (tx) => {
    await lockQuestion(tx, post.id);
    const row = await foundPost(tx, readerOf(caller), post);
    await setHidden(tx, tableOf(post), row.id, said);
    await recordAct(tx, {
      organisationId: null,
      actor: actorOf(caller),
      act: 'question.hide',
      subject: { kind: post.answer === null ? 'question' : 'answer', id: row.id },
      ...(said === null ? {} : { reason: said }),
      after: { hidden: said !== null },
    });
  });
}

export async function readFlagged(db: Database): Promise<FlaggedPost[]> {
  const rows = await asSystem(db, 'questions', (tx) => listFlagged(tx, mostFlagged));
  return rows.map((row) => ({
    question: row.question,
    answer: row.answer,
    publisher: row.publisher,
    plugin: row.plugin_id,
    title: row.title,
    text: row.body,
    flags: Number(row.flags),
    hidden: hiddenOf(row),
    createdAt: row.created_at.toISOString(),
  }));
}

const tableOf = ({ answer }: Posted): PostTable => (answer === null ? 'questions' : 'answers');

async function found(tx: Tx, reader: Reader, id: string): Promise<QuestionRow> {
  const row = await findQuestion(tx, reader, id);
  if (row === undefined) throw new Problem('question_not_found');
  return row;
}

/** An answer has to be one to this question: its id alone leads nowhere. */
async function foundPost(tx: Tx, reader: Reader, { id, answer }: Posted): Promise<QuestionRow | AnswerRow> {
  const question = await found(tx, reader, id);
  if (answer === null) return question;
  const row = (await listAnswers(tx, reader, id, mostAnswers)).find((each) => each.id === answer);
  if (row === undefined) throw new Problem('question_not_found');
  return row;
}

async function own(tx: Tx, reader: Reader, post: Posted): Promise<QuestionRow | AnswerRow> {
  const row = await foundPost(tx, reader, post);
  if (row.author !== reader.userId) throw new Problem('question_not_found');
  return row;
}

function isEditable(row: { created_at: Date }): boolean {
  return Date.now() - row.created_at.getTime() < editMinutes * 60_000;
}

function checkEditable(row: { created_at: Date }): void {
  if (!isEditable(row)) throw new Problem('edit_time_over');
}

async function isPublisher(tx: Tx, { organisationId }: Reader, publisher: string): Promise<boolean> {
  return (await findPublisher(tx, publisher))?.organisation_id === organisationId;
}

async function mayAccept(tx: Tx, reader: Reader, row: QuestionRow): Promise<boolean> {
  return row.author === reader.userId || isPublisher(tx, reader, row.publisher);
}

function textsOf({ title, text }: NewQuestion): NewQuestion {
  return { title: plainLine('title', title), text: plainText('text', text) };
}

async function show(tx: Tx, reader: Reader, id: string): Promise<Question> {
  const row = await found(tx, reader, id);
  const answers = await listAnswers(tx, reader, id, mostAnswers);
  return {
    ...showSummary(row, reader),
    mayAccept: await mayAccept(tx, reader, row),
    answerList: answers.map((answer) => showAnswer(answer, reader)),
  };
}

function showSummary(row: QuestionRow, reader: Reader): QuestionSummary {
  return {
    ...showPost(row, reader),
    publisher: row.publisher,
    plugin: row.plugin_id,
    title: row.title,
    text: row.body,
    answers: Number(row.answers),
    answered: row.answered,
  };
}

function showAnswer(row: AnswerRow, reader: Reader): Answer {
  return {
    ...showPost(row, reader),
    text: row.body,
    byPublisher: row.by_publisher,
    accepted: row.accepted_at !== null,
  };
}

function showPost(row: QuestionRow | AnswerRow, { userId }: Reader) {
  const yours = row.author === userId;
  return {
    id: row.id,
    author: row.author_name,
    yours,
    editable: yours && isEditable(row),
    flagged: row.flagged,
    hidden: hiddenOf(row),
    createdAt: row.created_at.toISOString(),
    editedAt: row.edited_at?.toISOString() ?? null,
  };
}

function hiddenOf(row: { hidden_at: Date | null; hidden_reason: string | null }) {
  return row.hidden_at === null || row.hidden_reason === null
    ? null
    : { at: row.hidden_at.toISOString(), reason: row.hidden_reason };
}
