import accessReview from './access-review.json' with { type: 'json' };
import account from './account.json' with { type: 'json' };
import acts from './acts.json' with { type: 'json' };
import announcements from './announcements.json' with { type: 'json' };
import audit from './audit.json' with { type: 'json' };
import cases from './cases.json' with { type: 'json' };
import connections from './connections.json' with { type: 'json' };
import exposures from './exposures.json' with { type: 'json' };
import laterProblems from './later-problems.json' with { type: 'json' };
import laterRuns from './later-runs.json' with { type: 'json' };
import links from './links.json' with { type: 'json' };
import listing from './listing.json' with { type: 'json' };
import marketplace from './marketplace.json' with { type: 'json' };
import members from './members.json' with { type: 'json' };
import plugins from './plugins.json' with { type: 'json' };
import privacy from './privacy.json' with { type: 'json' };
import money from './money.json' with { type: 'json' };
import policies from './policies.json' with { type: 'json' };
import publisherAnalytics from './publisher-analytics.json' with { type: 'json' };
import publishing from './publishing.json' with { type: 'json' };
import purchases from './purchases.json' with { type: 'json' };
import ratings from './ratings.json' with { type: 'json' };
import revenue from './revenue.json' with { type: 'json' };
import questions from './questions.json' with { type: 'json' };
import reviews from './reviews.json' with { type: 'json' };
import security from './security.json' with { type: 'json' };
import singleSignOn from './single-sign-on.json' with { type: 'json' };
import subscription from './subscription.json' with { type: 'json' };
import supportRequests from './support-requests.json' with { type: 'json' };
import tokens from './tokens.json' with { type: 'json' };

/** The words of pages that are loaded when they are opened, of `runs` those of the result and the comparison; `acts` are those of the audit trail, empty where the contract speaks the language. */
export const messages = {
  accessReview,
  account,
  acts,
  announcements,
  audit,
  cases,
  connections,
  exposures,
  laterProblems,
  links,
  listing,
  marketplace,
  members,
  money,
  plugins,
  policies,
  privacy,
  publisherAnalytics,
  publishing,
  purchases,
  ratings,
  questions,
  revenue,
  reviews,
  runs: laterRuns,
  security,
  singleSignOn,
  subscription,
  supportRequests,
  tokens,
};
