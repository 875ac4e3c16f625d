import type { Announcement, ReceivedAnnouncement } from '@proofpix/contract/community/announcements';
import type { Follow } from '@proofpix/contract/community/follows';
import type { Answer, FlaggedPost, Question } from '@proofpix/contract/community/questions';
import type { SupportRequest } from '@proofpix/contract/community/support-requests';
import { Problem } from '@proofpix/contract/errors';
import { pageOf } from './fake-data.ts';

export const questionId = '0198b5a0-0000-7000-8000-000000000301';
export const supportId = '0198b5a0-0000-7000-8000-000000000302';

const at = '2026-11-03T09:00:00.000Z';
const named = { publisher: 'halden-geo', plugin: 'weather-at-capture' };
const longWord = 'Hagelschadenregulierungsgutachten_Donaudampfschifffahrtsgesellschaft_'.repeat(2);
const idOf = (number: number) => `0198b5a0-0000-7000-8000-0000000004${String(number).padStart(2, '0')}`;

function answer(number: number, more: Partial<Answer>): Answer {
  const fixed = { flagged: false, hidden: null, createdAt: at, editedAt: null, byPublisher: false, accepted: false };
  return { id: idOf(number), author: 'Jonas Weidner', yours: false, editable: false, ...fixed, text: '', ...more };
}

function question(): Question {
  return {
    id: questionId,
    ...named,
    author: 'Mara Lindqvist',
    yours: true,
    editable: true,
    flagged: false,
    hidden: null,
    createdAt: at,
    editedAt: at,
    title: 'Does it know the weather of last week?',
    text: 'We get photos some days after the storm.\n<b>Plain text</b> stays plain.',
    answers: 3,
    answered: true,
    mayAccept: true,
    answerList: [
      answer(1, { author: 'Nils Halden', byPublisher: true, accepted: true, text: 'Back to January 2019.' }),
      answer(2, { author: null, text: `In my experience it does: ${longWord}` }),
      answer(3, { yours: true, editable: true, author: 'Mara Lindqvist', text: 'Thank you.' }),
    ],
  };
}

function request(side: 'customer' | 'publisher'): SupportRequest {
  return {
    id: supportId,
    ...named,
    subject: 'It stops at the tenth photo',
    state: side === 'customer' ? 'waiting' : 'open',
    stateSince: at,
    createdAt: at,
    firstAnswerAt: side === 'customer' ? at : null,
    organisation: side === 'publisher' ? 'Northgate Claims' : null,
    context: { pluginVersion: '1.2.4', platformVersion: '1.0.0', errorCode: 'plugin_timeout' },
    messages: [
      { id: idOf(11), side: 'customer', author: 'Mara Lindqvist', text: `Every time. ${longWord}`, createdAt: at },
      ...(side === 'customer'
        ? [{ id: idOf(12), side: 'publisher' as const, author: null, text: 'How large are they?', createdAt: at }]
        : []),
    ],
    reopenUntil: null,
  };
}

function received(number: number, more: Partial<ReceivedAnnouncement>): ReceivedAnnouncement {
  const fixed = { kind: 'news' as const, version: null, title: '', text: '', receivedAt: at, readAt: at };
  return { id: idOf(number), ...named, ...fixed, ...more };
}

function sentOf(number: number, more: Pick<Announcement, 'title' | 'text'> & Partial<Announcement>): Announcement {
  return { id: idOf(number), ...named, kind: 'news', createdAt: at, sentAt: at, reached: null, ...more };
}

function flagged(): FlaggedPost {
  const text = `Buy photos at ${longWord}`;
  const fixed = { ...named, title: 'Does it know the weather?', createdAt: at, hidden: null };
  return { question: questionId, answer: idOf(2), ...fixed, text, flags: 3 };
}

export type FakeConversations = {
  question: Question;
  asked: SupportRequest;
  queued: SupportRequest;
  received: ReceivedAnnouncement[];
  sentAnnouncements: Announcement[];
  follows: Follow[];
  flagged: FlaggedPost[];
  medianSeconds: number | null;
  /** What the pages sent. */
  sent: { name: string; body: unknown }[];
  /** Undefined: nothing is to be said; null: not asked of these. */
  answer: (name: string, body: Buffer, query: URLSearchParams) => unknown;
};

/** Questions, support requests, follows and news. What is sent is kept, and what it changes is seen. */
export function fakeConversations(): FakeConversations {
  const fake: FakeConversations = {
    question: question(),
    asked: request('customer'),
    queued: request('publisher'),
    received: [
      received(21, { kind: 'security', title: 'Update at once', text: 'The old key was stolen.', readAt: null }),
      received(22, { kind: 'release', version: '1.2.4', title: 'Weather at capture', readAt: null }),
      received(23, { kind: 'deprecation', title: longWord.slice(0, 120), text: 'Its service ends in March.' }),
    ],
    sentAnnouncements: [
      sentOf(24, { title: 'Version 2 is near', text: 'It reads HEIC.', reached: 15 }),
      sentOf(25, { title: 'A first word', text: 'Hello.' }),
    ],
    follows: [{ publisher: 'halden-geo', displayName: 'Halden Geo', choice: 'follows', since: at }],
    flagged: [flagged()],
    medianSeconds: 15_300,
    sent: [],
    answer(name, body, query) {
      if (!name.startsWith('GET ')) {
        if (!isOurs(name)) return null;
        const input: unknown = body.length === 0 ? null : JSON.parse(body.toString());
        fake.sent.push({ name, body: input });
        return change(fake, name, input as Sent); // what the pages send
      }
      return read(fake, name.slice(4), query);
    },
  };
  return fake;
}

const ofPlugin = '/api/marketplace/plugins/halden-geo/weather-at-capture/questions';
const ofPublisher = '/api/publishers/halden-geo';

function isOurs(name: string): boolean {
  return /\/(questions|support-requests|follows|announcements)(\/|$)/.test(name);
}

function read(fake: FakeConversations, path: string, query: URLSearchParams): unknown {
  if (path === ofPlugin) {
    const { answerList: _answers, mayAccept: _may, ...summary } = fake.question;
    return pageOf(query.get('sort') === 'unanswered' ? [] : [summary]);
  }
  if (path === '/api/questions/flagged') return { items: fake.flagged };
  if (path === `/api/questions/${questionId}`) return fake.question;
  if (path === '/api/support-requests') return pageOf(inState([fake.asked], query));
  if (path === `/api/support-requests/${supportId}`) return fake.asked;
  if (path === `${ofPublisher}/support-requests`) return pageOf(inState([fake.queued], query));
  if (path === `${ofPublisher}/support-requests/${supportId}`) return fake.queued;
  if (path === `${ofPublisher}/announcements`) return pageOf(fake.sentAnnouncements);
  if (path.startsWith('/api/publishers/') && isOurs(path)) return pageOf([]);
  if (/^\/api\/marketplace\/publishers\/[^/]+\/first-answer$/.test(path))
    return { publisher: 'halden-geo', medianSeconds: fake.medianSeconds };
  if (path === '/api/follows') return { items: fake.follows };
  if (path === '/api/announcements')
    return pageOf(fake.received.filter(({ readAt }) => query.get('unread') === null || readAt === null));
  if (path.startsWith('/api/questions/')) throw new Problem('question_not_found');
  if (path.startsWith('/api/support-requests/')) throw new Problem('support_request_not_found');
  return null;
}

function inState(requests: SupportRequest[], query: URLSearchParams): SupportRequest[] {
  return requests.filter(({ state }) => query.get('state') === null || query.get('state') === state);
}

type Sent = {
  title: string;
  text: string;
  answer: string | null;
  reason: string | null;
  state: 'solved' | 'closed';
  choice: Follow['choice'] | 'none';
  ids?: string[];
};

function change(fake: FakeConversations, name: string, input: Sent): unknown {
  const { question: asked } = fake;
  if (name === `POST ${ofPlugin}`) return Object.assign(asked, { title: input.title, text: input.text });
  if (name.endsWith('/answers')) {
    asked.answerList.push(answer(31, { yours: true, editable: true, author: 'Mara Lindqvist', text: input.text }));
    return asked;
  }
  if (name.endsWith('/accept')) {
    for (const each of asked.answerList) each.accepted = each.id === input.answer;
    return asked;
  }
  if (name.endsWith('/hide')) {
    for (const post of fake.flagged) post.hidden = input.reason === null ? null : { at, reason: input.reason };
    return undefined;
  }
  if (name.endsWith('/flag')) {
    for (const post of [asked, ...asked.answerList]) post.flagged ||= post.id === input.answer;
    return undefined;
  }
  if (name === 'POST /api/support-requests') return fake.asked;
  if (name.includes('/support-requests/')) return changeRequest(fake, name, input);
  if (name.startsWith('PUT /api/follows/')) {
    const publisher = name.split('/').at(-1) ?? '';
    fake.follows = fake.follows.filter((each) => each.publisher !== publisher);
    if (input.choice !== 'none')
      fake.follows.push({ publisher, displayName: 'Halden Geo', choice: input.choice, since: at });
    return { items: fake.follows };
  }
  if (name === 'POST /api/announcements/read') {
    for (const each of fake.received) if (input.ids?.includes(each.id) !== false) each.readAt ??= at;
    return { unread: fake.received.filter(({ readAt }) => readAt === null).length };
  }
  if (name.startsWith('POST /api/publishers/') && name.endsWith('/announcements')) return fake.sentAnnouncements[0];
  return name.startsWith('DELETE ') ? undefined : asked;
}

function changeRequest(fake: FakeConversations, name: string, input: Sent): SupportRequest {
  const side = name.includes('/publishers/') ? 'publisher' : 'customer';
  const request = side === 'publisher' ? fake.queued : fake.asked;
  if (name.endsWith('/end')) request.state = input.state;
  else {
    request.messages.push({ id: idOf(13), side, author: 'Mara Lindqvist', text: input.text, createdAt: at });
    request.state = side === 'publisher' ? 'answered' : 'open';
    request.firstAnswerAt ??= at;
  }
  return request;
}
