import type { ModeratedReport } from '@proofpix/contract/api/abuse-reports';
import type { ModeratedRating, OwnRating, Rating } from '@proofpix/contract/api/ratings';
import type { TakedownNotice } from '@proofpix/contract/api/takedowns';
import { Problem } from '@proofpix/contract/errors';

const at = '2026-11-20T09:30:00.000Z';
const idOf = (number: number) => `0197a000-0000-7000-8000-${`${number}`.padStart(12, '0')}`;
const of = '/api/marketplace/plugins/halden-geo/weather-at-capture';

/** What pages of ratings, reports and takedowns ask for and change; null for the others. */
export type FakeRatings = {
  own: OwnRating;
  ratings: Rating[];
  held: ModeratedRating[];
  appealed: ModeratedRating[];
  reports: ModeratedReport[];
  notices: TakedownNotice[];
  /** What the pages sent to be changed. */
  sent: { name: string; body: unknown }[];
  answer: (name: string, query: URLSearchParams, body: Buffer) => unknown;
};

export function fakeRatings(): FakeRatings {
  const fake: FakeRatings = {
    own: {
      obstacle: 'not-enough-use',
      use: { photos: 3, days: 1, since: at },
      needed: { photos: 5, days: 2, hours: 24 },
      rating: null,
    },
    ratings: [
      rating(1, { stars: 4, text: 'Found the storm of that night.\n\nSlow on large photos.', helpful: 3 }),
      rating(2, {
        stars: 1,
        text: '<b>Wetterstationsverwechslungsgefahr</b> '.repeat(3).trim(),
        organisation: 'Hagelschadenregulierungsgesellschaft Donau',
        outdated: true,
        version: '1.0.0',
        editedAt: at,
        reply: { text: 'Version 1.2.4 asks the right station.', at },
      }),
    ],
    held: [
      moderated(3, { held: 'burst', state: 'held' }),
      moderated(4, { held: 'young', state: 'held', obstacle: 'own' }),
    ],
    appealed: [
      moderated(5, {
        state: 'rejected',
        reason: 'It insults',
        appeal: 'It says what happened',
        obstacle: 'decided-before',
      }),
    ],
    reports: [
      {
        id: idOf(6),
        kind: 'listing',
        publisher: 'halden-geo',
        plugin: 'weather-at-capture',
        rating: null,
        category: 'misleading',
        text: 'It asks a station that is not there.',
        state: 'open',
        reason: null,
        at,
        decidedAt: null,
        others: 2,
        rated: null,
        obstacle: null,
      },
    ],
    notices: [],
    sent: [],
    answer(name, query, body) {
      const isChange = !name.startsWith('GET ');
      const about = /^\w+ \/api\/(marketplace\/ratings|moderation|abuse-reports|takedown-notices)/.test(name);
      if (!about && !name.endsWith(`${of}/rating`) && !name.endsWith(`${of}/ratings`)) return null;
      const given: unknown = body.length === 0 ? undefined : JSON.parse(body.toString()); // what the pages send
      if (isChange) fake.sent.push({ name: name.replace(/[0-9a-f-]{36}/, ':id'), body: given });
      return reply(fake, name, query, given);
    },
  };
  return fake;
}

function reply(fake: FakeRatings, name: string, query: URLSearchParams, given: unknown): unknown {
  if (name === `GET ${of}/rating`) return fake.own;
  if (name === `PUT ${of}/rating`) {
    const { stars, text, named } = given as { stars: 5; text: string; named: boolean }; // as the dialog sends it
    const rated = { id: idOf(7), stars, text, named, version: '1.2.4', at, editedAt: null };
    fake.own = {
      ...fake.own,
      obstacle: null,
      rating: { ...rated, state: 'held', held: 'burst', reason: null, appeal: null },
    };
    return fake.own;
  }
  if (name === `DELETE ${of}/rating`) fake.own = { ...fake.own, rating: null };
  if (name === `GET ${of}/ratings`)
    return { ...pageOf(fake.ratings), summary: { count: 12, mean: 3.8, distribution: [2, 0, 1, 5, 4] } };
  if (name === 'GET /api/moderation/ratings') {
    const queue = query.get('queue');
    return pageOf(queue === 'held' ? fake.held : queue === 'appealed' ? fake.appealed : []);
  }
  if (name === 'GET /api/moderation/abuse-reports')
    return pageOf(fake.reports.filter(({ state }) => state === query.get('state')));
  if (name === 'GET /api/abuse-reports') return pageOf(fake.reports);
  if (name === 'GET /api/takedown-notices') return pageOf(fake.notices);
  if (name === 'POST /api/abuse-reports') {
    if (fake.sent.filter((each) => each.name === name).length > 1) throw new Problem('abuse_report_exists');
    return fake.reports[0];
  }
  change(fake, name, given);
  return undefined;
}

function change(fake: FakeRatings, name: string, given: unknown): void {
  const body = (given ?? {}) as { text?: string; helpful?: boolean; state?: 'in-review' | 'acted'; reason?: string }; // as the pages send it
  if (name.endsWith('/decide')) fake.held = fake.held.filter(({ id }) => !name.includes(id));
  if (name.endsWith('/appeal') && fake.own.rating !== null)
    fake.own = { ...fake.own, rating: { ...fake.own.rating, appeal: { text: body.text ?? '', at, decidedAt: null } } };
  if (name.endsWith('/helpful'))
    fake.ratings = fake.ratings.map((each) =>
      name.includes(each.id) ? { ...each, helpfulToYou: body.helpful === true, helpful: each.helpful + 1 } : each,
    );
  if (name.startsWith('POST /api/moderation/abuse-reports/'))
    fake.reports = fake.reports.map((each) =>
      name.includes(each.id) ? { ...each, state: body.state ?? each.state, reason: body.reason ?? null } : each,
    );
}

function rating(number: number, more: Partial<Rating>): Rating {
  return {
    id: idOf(number),
    stars: 5,
    text: '',
    organisation: null,
    version: '1.2.4',
    outdated: false,
    at,
    editedAt: null,
    reply: null,
    helpful: 0,
    yours: false,
    helpfulToYou: false,
    ...more,
  };
}

function moderated(number: number, more: Partial<ModeratedRating>): ModeratedRating {
  return {
    id: idOf(number),
    publisher: 'halden-geo',
    plugin: 'weather-at-capture',
    stars: 1,
    text: 'Never again.',
    reply: null,
    version: '1.2.4',
    organisationSince: at,
    at,
    editedAt: null,
    state: 'visible',
    held: null,
    reason: null,
    appeal: null,
    reports: 1,
    obstacle: null,
    ...more,
  };
}

function pageOf<Item>(items: readonly Item[]) {
  return { items, nextCursor: null, total: items.length, totalIsLowerBound: false };
}
