import type { Publisher } from '@proofpix/contract/api/publishers';
import type { PluginListing, Release } from '@proofpix/contract/api/releases';
import type { QueuedSubmission, ReviewTimes } from '@proofpix/contract/api/reviews';
import type { SourceFile, SourceList, Submission } from '@proofpix/contract/api/submissions';
import { fakeRelease } from './fake-release.ts';
import { Problem } from '@proofpix/contract/errors';
import { submissionStateNames, type SubmissionState } from '@proofpix/contract/publishing';
import { foundOf, pageOf } from './fake-data.ts';
import { scanOf } from './fake-scan.ts';

/** Each state of a submission has one, by its name in the address. */
export const submissionIdOf = (state: SubmissionState) =>
  `0198b5a0-0000-7000-8000-0000000000${String(submissionStateNames.indexOf(state) + 10)}`;

const longName = 'Hagelschadenregulierungsgutachten-Wetterabgleich fuer Donaudampfschifffahrtsgesellschaften';
const at = '2026-11-03T09:00:00.000Z';
const digest = 'ab12'.repeat(16);

const publisher: Publisher = {
  name: 'halden-geo',
  displayName: 'Halden Geo',
  description: 'Weather and sun for photos.',
  website: 'https://halden.example',
  support: 'help@halden.example',
  verified: { domain: 'halden.example', by: 'dns', at },
  plugins: 1,
  since: at,
  challenge: 'proofpix-publisher=halden-geo.0123456789abcdef0123456789abcdef',
  offeredTo: 'Fennimore Data',
};
const unproven: Publisher = {
  ...publisher,
  name: 'field-works',
  displayName: longName,
  verified: null,
  offeredTo: null,
};

const before = `const host = 'api.halden.example';\n${'// as it was\n'.repeat(30)}exports.host = host;\n`;
const text = `const host = 'cdn.example';\n/* one line\n   and the next */\nfor (;;) { next(); }\n${'// as it was\n'.repeat(30)}exports.host = \`\u202ehost\`;\n`;

function submission(state: SubmissionState): Submission {
  const isRead = state !== 'received' && state !== 'not-scanned';
  const { result, verdict } = scanOf(state === 'blocked' ? 'block' : 'review');
  return {
    id: submissionIdOf(state),
    publisher: 'halden-geo',
    plugin: isRead ? 'weather-at-capture' : null,
    name: isRead ? longName : null,
    version: isRead ? '1.3.0' : null,
    channel: state === 'draft' ? 'beta' : 'stable',
    state,
    stateSince: at,
    verdict: isRead ? verdict : null,
    sentAt: isRead ? at : null,
    createdAt: at,
    attempt: 2,
    digest: isRead ? digest : null,
    size: 24_000,
    fileName: 'weather.zip',
    description: isRead ? 'Looks up cloud, rain and wind for the stated hour and place.' : null,
    permissions: isRead ? ['files', 'http'] : [],
    hosts: isRead ? ['api.halden.example', 'cdn.example'] : [],
    readme: isRead ? '# Weather\n\nCompares the sky with what stations measured.\n' : null,
    changelog: isRead ? '# 1.3.0\n\nAsks a second host.\n' : null,
    signed: false,
    scan: isRead ? result : null,
    problem: isRead
      ? null
      : {
          code: 'manifest_invalid',
          message: 'No.',
          errors: [{ field: '/version', message: 'must be one' }],
          rule: null,
        },
    difference: isRead
      ? {
          since: '1.2.4',
          permissions: { added: ['http'], removed: ['storage'] },
          hosts: { added: ['cdn.example'], removed: [] },
          hooks: { added: [], removed: ['data:analyze'] },
          components: { added: ['left-pad@1.3.0'], removed: [] },
        }
      : null,
    automatic: isRead ? { approves: false, missing: ['The publisher is verified', 'A rule of a newer server'] } : null,
    approvals: { given: 1, needed: 2 },
    queue: state === 'waiting' || state === 'in-review' ? { position: 3, of: 7 } : null,
    claimed: state === 'in-review' ? { since: at, byYou: true } : null,
    steps: [
      { state: 'received', side: 'publisher', reason: null, at },
      { state, side: 'marketplace', reason: 'Say in the README which host gets the position.', at },
    ],
    comments: [
      comment('1', { side: 'marketplace', file: 'index.js', line: 4, text: 'When does this loop end?' }),
      comment('2', { side: 'publisher', file: 'index.js', line: 4, text: 'When the station answers.' }),
      comment('3', { side: 'marketplace', file: null, line: null, text: 'Thank you.', settledAt: at }),
    ],
  };
}

function comment(id: string, said: Partial<Submission['comments'][number]>): Submission['comments'][number] {
  const about = { author: null, rule: null, attempt: 2, settledAt: null, at };
  const whole = { side: 'publisher' as const, text: '', file: null, line: null, ...about, ...said };
  return { id: `0198b5a0-0000-7000-8000-00000000009${id}`, ...whole };
}

const files: SourceList = {
  files: [
    { path: 'index.js', size: 900, change: 'changed' },
    { path: 'lib/decode.js', size: 90, change: 'added' },
    { path: 'lib/old.js', size: 40, change: 'removed' },
    { path: 'manifest.json', size: 500, change: 'same' },
    { path: 'table.dat', size: 400_000, change: 'same' },
  ],
};

function file(path: string): SourceFile {
  if (path === 'lib/old.js') return { path, size: 40, text: null, before: 'exports.gone = 1;\n' };
  if (path === 'table.dat') return { path, size: 400_000, text: null, before: null };
  return { path, size: 900, text, before: path === 'index.js' ? before : null };
}

function release(version: string, change: Partial<Release>): Release {
  return {
    version,
    channel: 'stable',
    digest,
    size: 24_000,
    permissions: ['files', 'http'],
    hosts: ['api.halden.example'],
    verdict: 'pass',
    approvedBy: 'people',
    changelog: `# ${version}\n\nMended.\n`,
    releasedAt: at,
    yanked: null,
    deprecated: null,
    killed: null,
    ...change,
  };
}

const listing: PluginListing = {
  source: 'marketplace',
  publisher,
  plugin: 'weather-at-capture',
  name: 'Weather at capture',
  description: 'Looks up cloud, rain and wind for the stated hour and place.',
  type: 'processor',
  category: 'data-analysis',
  keywords: ['weather', 'sky'],
  license: 'Apache-2.0',
  homepage: 'https://halden.example/weather',
  readme: '# Weather\n\nCompares the sky with what stations measured.\n',
  offered: '1.2.4',
  releases: [
    release('1.3.0', { channel: 'beta', yanked: { at, reason: 'It asks the wrong station.', safe: '1.2.4' } }),
    release('1.2.4', { approvedBy: 'rules', verdict: 'review' }),
    release('1.2.3', { deprecated: { at, reason: 'Use 1.2.4.' }, changelog: null }),
    release('1.0.0', { killed: 'The key was stolen.' }),
  ],
};

const card = {
  source: 'marketplace',
  publisher: 'halden-geo',
  pluginId: 'weather-at-capture',
  name: longName,
  version: '1.2.4',
  description: listing.description,
  type: 'processor',
  category: 'data-analysis',
  permissions: ['files', 'http'],
  hosts: ['api.halden.example'],
  keywords: [],
  license: null,
  featured: false,
  downloads: 12_480,
  usedBy: 300,
  trending: true,
  verdict: 'pass',
  listedAt: at,
  installed: false,
};

const explanation = {
  score: 218,
  terms: [
    { term: 'name', points: 120, word: 'halden' },
    { term: 'publisher', points: 50, word: 'geo' },
    { term: 'use', points: 28 },
    { term: 'verdict', points: 20 },
  ],
};

const times: ReviewTimes = {
  waiting: 4,
  oldestMilliseconds: 93_784_000,
  decided: 41,
  medianMilliseconds: 7_384_000,
  p90Milliseconds: 64_000_000,
  automatic: 12,
};

function queue(): QueuedSubmission[] {
  const { approvals } = submission('waiting');
  const row = (state: SubmissionState, more: Pick<QueuedSubmission, 'obstacle' | 'claimed'>): QueuedSubmission => ({
    ...submission(state),
    approvals,
    waitingMilliseconds: 93_784_000,
    ...more,
  });
  return [
    row('in-review', { obstacle: null, claimed: { since: at, byYou: true } }),
    row('waiting', { obstacle: null, claimed: null }),
    row('draft', { obstacle: 'own', claimed: null }),
    row('released', { obstacle: 'claimed', claimed: { since: at, byYou: false } }),
  ];
}

/** What the pages of publishers, reviewers and the marketplace ask for; null for the others. It changes nothing. */
export function answerPublishing(name: string, query: URLSearchParams): unknown {
  if (name === 'GET /api/publishers')
    return { items: [publisher, unproven], offered: [{ ...unproven, name: 'old-hand' }] };
  if (name === 'GET /api/submissions') {
    const state = query.get('state');
    return pageOf(submissionStateNames.filter((each) => state === null || each === state).map(submission));
  }
  if (name === 'GET /api/reviews') return pageOf(queue());
  if (name === 'GET /api/reviews/times') return times;
  if (name === 'GET /api/plugins/marketplace/search' && query.get('q') === 'nowhere') return foundOf([]);
  // Everything else that is looked for is told by the fake of the plugins.
  if (name === 'GET /api/marketplace/followed') return { followed: null };
  if (name === 'GET /api/plugins/marketplace/search' && `${query.get('publisher')}${query.get('q')}`.includes('halden'))
    return foundOf([{ ...card, explanation }]);
  if (name === 'GET /api/plugins/marketplace/featured') return { items: [card] };
  if (name === 'GET /api/plugins/marketplace/suggestions')
    return { searches: ['halden weather'], plugins: [{ ...card, name: card.name }] };
  if (name === 'GET /api/plugins/marketplace/halden-geo/weather-at-capture/similar') return { items: [card] };
  if (name === 'GET /api/marketplace/publishers/halden-geo') return publisher;
  if (name === 'GET /api/marketplace/plugins/halden-geo/weather-at-capture') return listing;
  const ofRelease = fakeRelease(name);
  if (ofRelease !== null) return ofRelease;
  if (name.startsWith('GET /api/marketplace/plugins/')) throw new Problem('release_not_found');
  if (name.startsWith('GET /api/marketplace/publishers/')) throw new Problem('publisher_not_found');
  const one = /^GET \/api\/(?:submissions|reviews)\/([^/]+)(?:\/(files|file))?$/.exec(name);
  const state = submissionStateNames.find((each) => submissionIdOf(each) === one?.[1]);
  if (state === undefined) return null;
  if (one?.[2] === 'files') return files;
  return one?.[2] === 'file' ? file(query.get('path') ?? '') : submission(state);
}
