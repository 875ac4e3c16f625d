import type { Example } from './example.ts';

const publisher = { publisher: '$PUBLISHER' };
const submission = { id: '$SUBMISSION' };
const review = { id: '$REVIEW' };
const released = { ...publisher, plugin: '$RELEASED', version: '1.0.0' };
const listed = { publisher: '$LISTED_PUBLISHER', plugin: '$LISTED', version: '1.0.0' };
/** Whatever package has this digest. */
const ofPackage = { digest: '5f'.repeat(32) };

export const publishingVariables = {
  SIGNING_KEY: 'Id of a key that signs packages',
  KILL: 'Id of an entry of the kill list',
  PUBLISHER: 'Name of a publisher of your organisation',
  SUBMISSION: 'Id of a draft that your organisation sent',
  RELEASED: 'Id of a plugin that your organisation released',
  LISTED_PUBLISHER: 'Name of a publisher of the marketplace',
  LISTED: 'Id of a plugin of that publisher',
  LISTED_ARCHIVE: 'SHA-256 of the archive of a release',
  REVIEW: 'Id of a submission that you claimed to review it',
  COMMENT: 'Id of a comment on it',
} as const;

/** Of what is published: see examples.ts. */
export const publishingExamples = {
  'marketplace.featured': { status: 200 },
  'marketplace.followed': { status: 200 },
  'marketplace.search': { query: { q: 'exif' }, status: 200 },
  'marketplace.suggestions': { query: { q: 'exi' }, status: 200 },
  'marketplace.similar': { params: { publisher: 'proofpix', plugin: 'exif-reader' }, status: 200 },
  'marketplace.cacheMetrics': { status: 200 },
  'marketplace.listing': { params: { publisher: '$LISTED_PUBLISHER', plugin: '$LISTED' }, status: 200 },
  'marketplace.statistics': { params: { publisher: '$LISTED_PUBLISHER', plugin: '$LISTED' }, status: 200 },
  'marketplace.badge': {
    params: { publisher: '$LISTED_PUBLISHER', plugin: '$LISTED' },
    query: { kind: 'verdict' },
    status: 200,
    options: ['--output badge.svg'],
  },
  'publisherAnalytics.read': { params: { publisher: '$PUBLISHER', plugin: '$RELEASED' }, status: 200 },
  'publisherAnalytics.days': {
    params: { publisher: '$PUBLISHER', plugin: '$RELEASED' },
    query: { from: '2026-01-01', by: 'version' },
    status: 200,
  },
  'publisherAnalytics.operate': { params: { publisher: '$LISTED_PUBLISHER', plugin: '$LISTED' }, status: 200 },
  'publisherAnalytics.operateCsv': {
    params: { publisher: '$LISTED_PUBLISHER', plugin: '$LISTED' },
    query: { by: 'country' },
    status: 200,
    options: ['--output analytics.csv'],
  },
  'publisherAnalytics.csv': {
    params: { publisher: '$PUBLISHER', plugin: '$RELEASED' },
    status: 200,
    options: ['--output analytics.csv'],
  },
  'marketplace.archive': { params: { digest: '$LISTED_ARCHIVE' }, status: 200, options: ['--output plugin.zip'] },
  'marketplace.yank': { params: released, json: { reason: 'It reads the wrong tag' }, status: 200 },
  'marketplace.deprecate': { params: released, json: { reason: 'Version 2 is better at it' }, status: 200 },
  'marketplace.kill': { params: released, json: { reason: 'Our key was stolen' }, status: 200 },
  'trials.measurement': { params: listed, status: 200 },
  'trials.parts': { params: listed, status: 200 },
  // Of this one the dependencies were not read.
  'trials.sbom': { params: listed, status: 404 },
  'trials.run': { params: listed, json: { sample: 'lake' }, status: 200 },
  'exposures.get': { params: ofPackage, status: 200 },
  'exposures.export': { params: ofPackage, status: 200, options: ['--output exposure.json'] },
  'exposures.all': { params: ofPackage, status: 200 },
  'exposures.exportAll': { params: ofPackage, status: 200, options: ['--output exposure.json'] },
  'publishers.list': { status: 200 },
  'publishers.create': { json: { name: 'harbour-light', displayName: 'Harbour Light' }, status: 201 },
  'publishers.update': {
    params: publisher,
    json: { displayName: 'Harbour Light', website: 'https://example.org/', support: 'help@example.org' },
    status: 200,
  },
  // Before the record is there.
  'publishers.verify': { params: publisher, json: { domain: 'example.org', by: 'dns' }, status: 422 },
  'publishers.offer': { params: publisher, json: { organisation: null }, status: 200 },
  // Nothing is offered to your organisation.
  'publishers.accept': { params: publisher, status: 404 },
  'publishers.profile': { params: { publisher: '$LISTED_PUBLISHER' }, status: 200 },
  'submissions.list': { query: { state: 'draft' }, status: 200 },
  'submissions.create': { form: { plugin: '@plugin.zip', publisher: '$PUBLISHER' }, status: 202 },
  'submissions.get': { params: submission, status: 200 },
  'submissions.replace': { params: submission, form: { plugin: '@plugin.zip' }, status: 202 },
  // It was scanned.
  'submissions.scan': { params: submission, status: 409 },
  'submissions.send': { params: submission, json: { note: 'The first version' }, status: 200 },
  'submissions.withdraw': { params: submission, status: 200 },
  'submissions.comment': {
    params: submission,
    json: { text: 'See the README', file: 'index.js', line: 1 },
    status: 201,
  },
  'submissions.files': { params: submission, status: 200 },
  'submissions.file': { params: submission, query: { path: 'index.js' }, status: 200 },
  'reviews.times': { status: 200 },
  'reviews.list': { status: 200 },
  'reviews.get': { params: review, status: 200 },
  'reviews.claim': { params: review, status: 200 },
  'reviews.unclaim': { params: review, status: 200 },
  'reviews.decide': {
    params: review,
    json: { decision: 'ask-for-changes', reason: 'Say in the README what is stored' },
    status: 200,
  },
  'reviews.comment': { params: review, json: { text: 'What is this for?', file: 'index.js', line: 1 }, status: 201 },
  'reviews.settle': { params: { ...review, comment: '$COMMENT' }, status: 204 },
  'reviews.files': { params: review, status: 200 },
  'reviews.file': { params: review, query: { path: 'index.js' }, status: 200 },
  'reviews.reviewers': { status: 200 },
  'reviews.setReviewer': { json: { email: '$EMAIL', reviews: true }, status: 204 },
} as const satisfies Record<string, Example>;
