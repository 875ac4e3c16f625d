import type { Example } from './example.ts';

const ratable = { publisher: '$RATABLE_PUBLISHER', plugin: '$RATABLE' };
const rating = { id: '$RATING' };

export const ratingVariables = {
  RATABLE_PUBLISHER: 'Name of a publisher of another organisation',
  RATABLE: 'Id of a plugin of theirs that your organisation uses',
  RATING: 'Id of a rating of a plugin that is none of yours',
  RECEIVED_RATING: 'Id of a rating of a plugin that your organisation publishes',
  REJECTED_RATING: 'Id of a rating of your organisation that was rejected',
  HELD_RATING: 'Id of a rating that waits for a moderator',
  ABUSE_REPORT: 'Id of a report that waits for a moderator',
} as const;

/** Of ratings, reports and takedowns: see examples.ts. */
export const ratingExamples = {
  'ratings.list': { params: ratable, query: { sort: 'helpful' }, status: 200 },
  'ratings.own': { params: ratable, status: 200 },
  'ratings.set': { params: ratable, json: { stars: 4, text: 'It finds what we look for.' }, status: 200 },
  'ratings.remove': { params: ratable, status: 204 },
  'ratings.appeal': { params: { id: '$REJECTED_RATING' }, json: { text: 'We used it for a year.' }, status: 204 },
  'ratings.helpful': { params: rating, json: { helpful: true }, status: 204 },
  'ratings.reply': { params: { id: '$RECEIVED_RATING' }, json: { text: 'Version 2 is quicker.' }, status: 204 },
  'ratings.queue': { query: { queue: 'held' }, status: 200 },
  'ratings.decide': {
    params: { id: '$HELD_RATING' },
    json: { decision: 'release', reason: 'These are organisations that use it' },
    status: 204,
  },
  'abuseReports.create': {
    json: {
      subject: { kind: 'listing', publisher: '$RATABLE_PUBLISHER', plugin: '$RATABLE' },
      category: 'misleading',
      text: 'It says that it reads lenses and reads nothing.',
    },
    status: 201,
  },
  'abuseReports.mine': { status: 200 },
  'abuseReports.queue': { query: { state: 'open' }, status: 200 },
  'abuseReports.decide': { params: { id: '$ABUSE_REPORT' }, json: { state: 'in-review' }, status: 204 },
  'takedowns.list': { status: 200 },
} as const satisfies Record<string, Example>;
