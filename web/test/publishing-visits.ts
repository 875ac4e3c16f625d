import { submissionStateNames } from '@proofpix/contract/publishing';
import { questionId, supportId } from './fake-conversations.ts';
import { submissionIdOf } from './fake-publishing.ts';
import type { FakeServer } from './fake-server.ts';

/** One page in one state, for the test with axe. */
export type Visit = {
  name: string;
  path: string;
  heading: string | RegExp;
  main?: true;
  /** What it answers ends the path. */
  prepare?: () => string | void;
};

/** Of the marketplace, of what is published on it, and of what is said about it. */
export function publishingVisits(fake: () => FakeServer): Visit[] {
  return [
    { name: 'marketplace', path: '/marketplace', heading: 'Marketplace', main: true },
    { name: 'marketplace without a match', path: '/marketplace?search=nowhere', heading: 'Marketplace' },
    {
      name: 'marketplace for a role that may not see plugins',
      path: '/marketplace',
      heading: 'Marketplace',
      prepare: () => void (fake().state.access = ['signed-in', 'runs:read']),
    },
    { name: 'publisher', path: '/marketplace/halden-geo', heading: 'Halden Geo', main: true },
    {
      name: 'listing',
      path: '/marketplace/halden-geo/weather-at-capture',
      heading: 'Weather at capture',
      main: true,
    },
    {
      name: 'what a version did',
      path: `/security/versions/${'5f'.repeat(32)}`,
      heading: 'Who is affected',
      main: true,
    },
    { name: 'what no version did', path: '/security/versions/none', heading: 'Who is affected' },
    { name: 'missing listing', path: '/marketplace/halden-geo/nothing', heading: 'Page not found' },
    { name: 'question', path: `/questions/${questionId}`, heading: /^Does it know the weather/, main: true },
    { name: 'news', path: '/announcements', heading: 'News', main: true },
    { name: 'support requests', path: '/support', heading: 'Support', main: true },
    { name: 'support request', path: `/support/${supportId}`, heading: /tenth photo/, main: true },
    {
      name: 'support request to a publisher',
      path: `/publishing/support/halden-geo/${supportId}`,
      heading: /tenth photo/,
      main: true,
    },
    { name: 'my plugins', path: '/publishing', heading: 'My plugins', main: true },
    { name: 'submissions of one state', path: '/publishing?state=rejected', heading: 'My plugins' },
    {
      name: 'my plugins for a role that does not publish',
      path: '/publishing',
      heading: 'My plugins',
      prepare: () => void (fake().state.access = ['signed-in', 'runs:read']),
    },
    {
      name: 'analytics of a plugin',
      path: '/publishing/analytics/halden-geo/weather-at-capture?range=all',
      heading: 'Analytics of weather-at-capture',
      main: true,
    },
    {
      name: 'analytics before anybody came',
      path: '/publishing/analytics/halden-geo/weather-at-capture',
      heading: 'Analytics of weather-at-capture',
      prepare: () => void (fake().state.visited = false),
    },
    {
      name: 'analytics of a plugin of others',
      path: '/publishing/analytics/someone-else/their-plugin',
      heading: 'Page not found',
    },
    { name: 'new submission', path: '/publishing/new', heading: 'New submission', main: true },
    ...submissionStateNames.map((state) => ({
      name: `submission that is ${state}`,
      path: `/publishing/submissions/${submissionIdOf(state)}`,
      heading: /(?:1\.3\.0|weather\.zip)/,
      ...(state === 'blocked' ? { main: true as const } : {}),
    })),
    ...(['progress', 'source', 'listing', 'comments'] as const).map((part) => ({
      name: `${part} of a submission`,
      path: `/publishing/submissions/${submissionIdOf('in-review')}?part=${part}`,
      heading: /1\.3\.0/,
    })),
    { name: 'review desk', path: '/reviews', heading: 'Review desk', main: true },
    { name: 'review', path: `/reviews/${submissionIdOf('in-review')}`, heading: /1\.3\.0/, main: true },
    {
      name: 'review of a file that is gone',
      path: `/reviews/${submissionIdOf('in-review')}?file=lib%2Fold.js`,
      heading: /1\.3\.0/,
    },
    {
      name: 'review desk for somebody who does not review',
      path: '/reviews',
      heading: 'Review desk',
      prepare: () => void (fake().state.access = ['signed-in', 'runs:read']),
    },
    {
      name: 'money',
      path: '/money',
      heading: 'Money',
      main: true,
      prepare: () => void fake().state.access.push('server:operate'),
    },
    {
      name: 'money for somebody who does not run the server',
      path: '/money',
      heading: 'Money',
      prepare: () => void (fake().state.access = ['signed-in', 'runs:read']),
    },
    { name: 'moderation', path: '/moderation', heading: 'Moderation', main: true },
    { name: 'objections', path: '/moderation?tab=appealed', heading: 'Moderation' },
    { name: 'reports', path: '/moderation?tab=open', heading: 'Moderation', main: true },
    {
      name: 'reports of somebody who does not moderate',
      path: '/moderation',
      heading: 'Moderation',
      prepare: () => void (fake().state.access = ['signed-in', 'plugins:read', 'runs:read']),
    },
  ];
}
