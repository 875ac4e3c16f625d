import type { Example } from './example.ts';

const listed = { publisher: '$LISTED_PUBLISHER', plugin: '$LISTED' };
const publisher = { publisher: '$PUBLISHER' };
const question = { id: '$QUESTION' };
const answer = { id: '$QUESTION', answer: '$ANSWER' };
const asked = { id: '$SUPPORT_REQUEST' };
const queued = { ...publisher, id: '$QUEUED_REQUEST' };

export const conversationVariables = {
  QUESTION: 'Id of a question of yours',
  ANSWER: 'Id of an answer of yours to it',
  HELPING_PUBLISHER: 'Name of a publisher of another organisation',
  HELPED: 'Id of a plugin of that publisher',
  SUPPORT_REQUEST: 'Id of a support request of your organisation',
  QUEUED_REQUEST: 'Id of a support request to your publisher',
} as const;

/** Of what people say to each other in the marketplace: see examples.ts. */
export const conversationExamples = {
  'questions.list': { params: listed, query: { sort: 'unanswered' }, status: 200 },
  'questions.ask': {
    params: listed,
    json: { title: 'Does it read HEIC?', text: 'We get photos from telephones mostly.' },
    status: 201,
  },
  'questions.get': { params: question, status: 200 },
  'questions.change': { params: question, json: { title: 'Does it read HEIF?', text: 'Of telephones.' }, status: 200 },
  'questions.remove': { params: question, status: 204 },
  'questions.answer': { params: question, json: { text: 'From version 2 on.' }, status: 201 },
  'questions.changeAnswer': { params: answer, json: { text: 'From version 2.1 on.' }, status: 200 },
  'questions.removeAnswer': { params: answer, status: 204 },
  'questions.accept': { params: question, json: { answer: '$ANSWER' }, status: 200 },
  'questions.flag': { params: question, json: { answer: null }, status: 204 },
  'questions.flagged': { status: 200 },
  'questions.hide': { params: question, json: { answer: '$ANSWER', reason: 'It sells something else' }, status: 204 },
  'supportRequests.list': { query: { state: 'open' }, status: 200 },
  'supportRequests.create': {
    json: {
      publisher: '$HELPING_PUBLISHER',
      plugin: '$HELPED',
      subject: 'It stops at the tenth photo',
      text: 'Every time, whatever photo that is.',
      context: { pluginVersion: '1.0.0', errorCode: 'plugin_timeout' },
    },
    status: 201,
  },
  'supportRequests.get': { params: asked, status: 200 },
  'supportRequests.write': { params: asked, json: { text: 'With version 1.1 too.' }, status: 201 },
  'supportRequests.end': { params: asked, json: { state: 'solved' }, status: 200 },
  'supportRequests.queue': { params: publisher, status: 200 },
  'supportRequests.open': { params: queued, status: 200 },
  'supportRequests.reply': {
    params: queued,
    json: { text: 'How large are the photos?', asks: true },
    status: 201,
  },
  'supportRequests.settle': { params: queued, json: { state: 'solved' }, status: 200 },
  'supportRequests.firstAnswer': { params: { publisher: '$LISTED_PUBLISHER' }, status: 200 },
  'follows.list': { status: 200 },
  'follows.choose': { params: { publisher: '$LISTED_PUBLISHER' }, json: { choice: 'follows' }, status: 200 },
  'announcements.list': { query: { unread: 'true' }, status: 200 },
  'announcements.read': { json: {}, status: 200 },
  'announcements.sent': { params: publisher, status: 200 },
  'announcements.publish': {
    params: { ...publisher, plugin: '$RELEASED' },
    json: { kind: 'news', title: 'Version 2 is near', text: 'It reads HEIC.' },
    status: 202,
  },
} as const satisfies Record<string, Example>;
