import { Type, type Static } from 'typebox';
import { PluginId, Version } from '../manifest.ts';
import { Cursor, page, route } from '../route.ts';
import { PublisherName } from '../trust.ts';
import { Author, PostText, PostTitle } from './post-text.ts';
import { supportStateNames } from './support-states.ts';

/** How long the customer may open an ended one again, by a message. */
export const reopenDays = 14;
/** Of one organisation, that are not ended; and what it may ask in any 24 hours. */
export const openSupportRequests = 50;
export const supportRequestsPerDay = 20;
export const mostSupportMessages = 200;
/** Over which time the first answers are measured, and how many requests it takes to say anything. */
export const firstAnswerDays = 90;
export const fewestMeasured = 5;

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);
const NullableText = Type.Union([Type.String(), Type.Null()]);
const State = Type.Enum(supportStateNames);
const params = Type.Object({ id: Id });
const publisherParams = Type.Object({ publisher: PublisherName });
const caseParams = Type.Object({ publisher: PublisherName, id: Id });

/** What is sent along only where whoever asks left it in: each of them is shown before. */
export const SupportContext = Type.Object(
  {
    pluginVersion: Type.Optional(Version),
    platformVersion: Type.Optional(Version),
    errorCode: Type.Optional(Type.String({ pattern: '^[a-z_]{1,60}$', description: 'The last error, by its code' })),
  },
  { ...closed, description: 'Never photos, logs or settings' },
);
export type SupportContext = Static<typeof SupportContext>;

export const NewSupportRequest = Type.Object(
  { publisher: PublisherName, plugin: PluginId, subject: PostTitle, text: PostText, context: SupportContext },
  { title: 'NewSupportRequest', ...closed },
);
export type NewSupportRequest = Static<typeof NewSupportRequest>;

export const SupportMessage = Type.Object(
  {
    id: Id,
    side: Type.Enum(['customer', 'publisher']),
    author: Author,
    text: Type.String(),
    createdAt: Time,
  },
  { title: 'SupportMessage' },
);
export type SupportMessage = Static<typeof SupportMessage>;

export const SupportSummary = Type.Object(
  {
    id: Id,
    publisher: PublisherName,
    plugin: PluginId,
    subject: Type.String(),
    state: State,
    stateSince: Time,
    createdAt: Time,
    firstAnswerAt: NullableTime,
    organisation: Type.Union([Type.String(), Type.Null()], {
      description: 'Who asks, for the publisher; null to whoever asks themselves',
    }),
  },
  { title: 'SupportSummary' },
);
export type SupportSummary = Static<typeof SupportSummary>;

export const SupportRequest = Type.Object(
  {
    ...SupportSummary.properties,
    context: Type.Object({ pluginVersion: NullableText, platformVersion: NullableText, errorCode: NullableText }),
    messages: Type.Array(SupportMessage, { description: 'The oldest first' }),
    reopenUntil: Type.Union([Time, Type.Null()], {
      description: 'Of an ended one: until when a message of the customer opens it again; null: it cannot be',
    }),
  },
  { title: 'SupportRequest' },
);
export type SupportRequest = Static<typeof SupportRequest>;

export const FirstAnswer = Type.Object(
  {
    publisher: PublisherName,
    medianSeconds: Type.Union([Type.Integer(), Type.Null()], {
      description: `Median of the requests of ${firstAnswerDays} days; one without an answer counts with the time it has waited. Null: fewer than ${fewestMeasured} requests`,
    }),
  },
  { title: 'FirstAnswer' },
);
export type FirstAnswer = Static<typeof FirstAnswer>;

const query = Type.Object({
  cursor: Cursor,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  state: Type.Optional(State),
});
const customer = { access: 'plugins:read', plan: 'free' } as const;
const helper = { access: 'publishing:manage', plan: 'free' } as const;

export const supportRequestRoutes = {
  list: route({
    method: 'GET',
    path: '/api/support-requests',
    summary: 'List what your organisation asked publishers for help with, newest first',
    ...customer,
    query,
    replies: { 200: page(SupportSummary) },
    errors: ['invalid_request'],
  }),
  create: route({
    method: 'POST',
    path: '/api/support-requests',
    summary: 'Ask the publisher of a plugin for help. Only your organisation and the publisher can read it',
    ...customer,
    body: NewSupportRequest,
    replies: { 201: SupportRequest },
    errors: ['release_not_found', 'support_not_offered', 'too_many_support_requests', 'invalid_request'],
  }),
  get: route({
    method: 'GET',
    path: '/api/support-requests/:id',
    summary: 'Get a support request of your organisation with its messages',
    ...customer,
    params,
    replies: { 200: SupportRequest },
    errors: ['support_request_not_found'],
  }),
  write: route({
    method: 'POST',
    path: '/api/support-requests/:id/messages',
    summary: `Write to the publisher. An ended request is open again, within ${reopenDays} days`,
    ...customer,
    params,
    body: Type.Object({ text: PostText }, closed),
    replies: { 201: SupportRequest },
    errors: ['support_request_not_found', 'support_request_state', 'too_many_support_messages', 'invalid_request'],
  }),
  end: route({
    method: 'POST',
    path: '/api/support-requests/:id/end',
    summary: 'Say that a support request is solved, or close it',
    ...customer,
    params,
    body: Type.Object({ state: Type.Enum(['solved', 'closed']) }, closed),
    replies: { 200: SupportRequest },
    errors: ['support_request_not_found', 'support_request_state', 'invalid_request'],
  }),
  queue: route({
    method: 'GET',
    path: '/api/publishers/:publisher/support-requests',
    summary: 'List what users of your plugins asked for help with, newest first',
    ...helper,
    params: publisherParams,
    query,
    replies: { 200: page(SupportSummary) },
    errors: ['publisher_not_found', 'invalid_request'],
  }),
  open: route({
    method: 'GET',
    path: '/api/publishers/:publisher/support-requests/:id',
    summary: 'Get a support request to a publisher of yours',
    ...helper,
    params: caseParams,
    replies: { 200: SupportRequest },
    errors: ['support_request_not_found'],
  }),
  reply: route({
    method: 'POST',
    path: '/api/publishers/:publisher/support-requests/:id/messages',
    summary: 'Answer as the publisher; `asks`: you need something from the customer',
    ...helper,
    params: caseParams,
    body: Type.Object({ text: PostText, asks: Type.Optional(Type.Boolean()) }, closed),
    replies: { 201: SupportRequest },
    errors: ['support_request_not_found', 'support_request_state', 'too_many_support_messages', 'invalid_request'],
  }),
  settle: route({
    method: 'POST',
    path: '/api/publishers/:publisher/support-requests/:id/end',
    summary: 'Say as the publisher that a support request is solved, or close it. A first answer comes before',
    ...helper,
    params: caseParams,
    body: Type.Object({ state: Type.Enum(['solved', 'closed']) }, closed),
    replies: { 200: SupportRequest },
    errors: ['support_request_not_found', 'support_request_state', 'invalid_request'],
  }),
  firstAnswer: route({
    method: 'GET',
    path: '/api/marketplace/publishers/:publisher/first-answer',
    summary: 'Get how long a publisher takes for the first answer to a support request',
    access: 'plugins:read',
    plan: 'free',
    limit: 'catalog',
    params: publisherParams,
    replies: { 200: FirstAnswer },
    errors: ['publisher_not_found'],
  }),
};
