import { Type, type Static } from 'typebox';
import { PluginId } from '../manifest.ts';
import { Cursor, NoContent, page, route } from '../route.ts';
import { PublisherName } from '../trust.ts';
import { Author, PostText, PostTitle } from './post-text.ts';

/** Of one person, whatever organisation they are in, in any 24 hours. */
export const questionsPerDay = 10;
export const answersPerDay = 40;
/** How long whoever wrote something may change it. */
export const editMinutes = 60;
/** Answers to one question that are shown. */
export const mostAnswers = 200;

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);
const params = Type.Object({ id: Id });
const answerParams = Type.Object({ id: Id, answer: Id });
const pluginParams = Type.Object({ publisher: PublisherName, plugin: PluginId });
const Hidden = Type.Union([Type.Object({ at: Time, reason: Type.String() }), Type.Null()], {
  description: 'By a reviewer of this server: only whoever wrote it and reviewers still see it, and why',
});

const written = {
  id: Id,
  author: Author,
  yours: Type.Boolean(),
  editable: Type.Boolean({ description: `Yours, and not older than ${editMinutes} minutes` }),
  flagged: Type.Boolean({ description: 'You told the reviewers about it' }),
  hidden: Hidden,
  createdAt: Time,
  editedAt: NullableTime,
};

export const Answer = Type.Object(
  {
    ...written,
    text: Type.String(),
    byPublisher: Type.Boolean({ description: 'Written by a member of the publisher' }),
    accepted: Type.Boolean(),
  },
  { title: 'Answer' },
);
export type Answer = Static<typeof Answer>;

export const QuestionSummary = Type.Object(
  {
    ...written,
    publisher: PublisherName,
    plugin: PluginId,
    title: Type.String(),
    text: Type.String(),
    answers: Type.Integer(),
    answered: Type.Boolean({ description: 'One of its answers is accepted' }),
  },
  { title: 'QuestionSummary' },
);
export type QuestionSummary = Static<typeof QuestionSummary>;

export const Question = Type.Object(
  {
    ...QuestionSummary.properties,
    mayAccept: Type.Boolean({ description: 'You asked, or your organisation is the publisher' }),
    answerList: Type.Array(Answer, { description: 'The accepted one first, then the oldest' }),
  },
  { title: 'Question' },
);
export type Question = Static<typeof Question>;

/** What was flagged or hidden, for the reviewers of this server. */
export const FlaggedPost = Type.Object(
  {
    question: Id,
    answer: Type.Union([Id, Type.Null()], { description: 'Null: the question itself' }),
    publisher: PublisherName,
    plugin: PluginId,
    title: Type.String({ description: 'Of the question' }),
    text: Type.String(),
    flags: Type.Integer({ description: 'How many people flagged it' }),
    hidden: Hidden,
    createdAt: Time,
  },
  { title: 'FlaggedPost' },
);
export type FlaggedPost = Static<typeof FlaggedPost>;

export const NewQuestion = Type.Object({ title: PostTitle, text: PostText }, { title: 'NewQuestion', ...closed });
export type NewQuestion = Static<typeof NewQuestion>;
const NewAnswer = Type.Object({ text: PostText }, closed);
const Which = Type.Union([Id, Type.Null()], { description: 'An answer; null: the question itself' });

const reader = { access: 'signed-in', plan: 'free' } as const;

export const questionRoutes = {
  list: route({
    method: 'GET',
    path: '/api/marketplace/plugins/:publisher/:plugin/questions',
    summary: 'List the questions about a plugin of this marketplace, newest first, or those that nobody answered',
    ...reader,
    params: pluginParams,
    query: Type.Object({
      cursor: Cursor,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
      sort: Type.Optional(Type.Enum(['newest', 'unanswered'])),
    }),
    replies: { 200: page(QuestionSummary) },
    errors: ['release_not_found', 'invalid_request'],
  }),
  ask: route({
    method: 'POST',
    path: '/api/marketplace/plugins/:publisher/:plugin/questions',
    summary: 'Ask something about a plugin. Everybody on this server can read it, with the name that you show',
    ...reader,
    params: pluginParams,
    body: NewQuestion,
    replies: { 201: Question },
    errors: ['release_not_found', 'too_many_posts', 'invalid_request'],
  }),
  get: route({
    method: 'GET',
    path: '/api/questions/:id',
    summary: 'Get a question with its answers',
    ...reader,
    params,
    replies: { 200: Question },
    errors: ['question_not_found'],
  }),
  change: route({
    method: 'PUT',
    path: '/api/questions/:id',
    summary: `Change a question of yours, for ${editMinutes} minutes`,
    ...reader,
    params,
    body: NewQuestion,
    replies: { 200: Question },
    errors: ['question_not_found', 'edit_time_over', 'invalid_request'],
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/questions/:id',
    summary: 'Delete a question of yours, with its answers',
    ...reader,
    params,
    replies: { 204: NoContent },
    errors: ['question_not_found'],
  }),
  answer: route({
    method: 'POST',
    path: '/api/questions/:id/answers',
    summary: 'Answer a question. Answers of members of the publisher are marked as such',
    ...reader,
    params,
    body: NewAnswer,
    replies: { 201: Question },
    errors: ['question_not_found', 'too_many_posts', 'too_many_answers', 'invalid_request'],
  }),
  changeAnswer: route({
    method: 'PUT',
    path: '/api/questions/:id/answers/:answer',
    summary: `Change an answer of yours, for ${editMinutes} minutes`,
    ...reader,
    params: answerParams,
    body: NewAnswer,
    replies: { 200: Question },
    errors: ['question_not_found', 'edit_time_over', 'invalid_request'],
  }),
  removeAnswer: route({
    method: 'DELETE',
    path: '/api/questions/:id/answers/:answer',
    summary: 'Delete an answer of yours',
    ...reader,
    params: answerParams,
    replies: { 204: NoContent },
    errors: ['question_not_found'],
  }),
  accept: route({
    method: 'POST',
    path: '/api/questions/:id/accept',
    summary: 'Accept one answer, as whoever asked or as the publisher; null accepts none',
    ...reader,
    params,
    body: Type.Object({ answer: Type.Union([Id, Type.Null()]) }, closed),
    replies: { 200: Question },
    errors: ['question_not_found', 'invalid_request'],
  }),
  flag: route({
    method: 'POST',
    path: '/api/questions/:id/flag',
    summary: 'Tell the reviewers of this server about a question or an answer. It hides nothing by itself',
    ...reader,
    params,
    body: Type.Object({ answer: Which }, closed),
    replies: { 204: NoContent },
    errors: ['question_not_found', 'invalid_request'],
  }),
  flagged: route({
    method: 'GET',
    path: '/api/questions/flagged',
    summary: 'List the questions and answers that were flagged or hidden, the most flagged first',
    access: 'submissions:review',
    plan: 'free',
    replies: { 200: Type.Object({ items: Type.Array(FlaggedPost) }) },
    errors: [],
  }),
  hide: route({
    method: 'POST',
    path: '/api/questions/:id/hide',
    summary: 'Hide a question or an answer, with the reason that its author reads; a null reason shows it again',
    access: 'submissions:review',
    plan: 'free',
    params,
    body: Type.Object(
      {
        answer: Which,
        reason: Type.Union([Type.String({ minLength: 1, maxLength: 1_000, pattern: '\\S' }), Type.Null()]),
      },
      closed,
    ),
    replies: { 204: NoContent },
    errors: ['question_not_found', 'invalid_request'],
  }),
};
