import { authRoutes, memberRoutes, organisationRoutes } from './api/accounts.ts';
import { abuseReportRoutes } from './api/abuse-reports.ts';
import { analyticsRoutes } from './api/analytics.ts';
import { auditRoutes } from './api/audit.ts';
import { caseRoutes, noteRoutes } from './api/cases.ts';
import { accessReviewRoutes, controlRoutes } from './api/controls.ts';
import { exposureRoutes } from './api/exposures.ts';
import { hookRoutes } from './api/hooks.ts';
import { emailChangeRoutes, invitationRoutes, passwordResetRoutes } from './api/invitations.ts';
import { jobRoutes } from './api/jobs.ts';
import { mailRoutes } from './api/mails.ts';
import { marketplaceRoutes } from './api/marketplace.ts';
import { moneyRoutes } from './api/money.ts';
import { oauthRoutes } from './api/oauth.ts';
import { activityRoutes, pluginViewRoutes } from './api/plugin-views.ts';
import { pluginRoutes } from './api/plugins.ts';
import { policyRoutes, stopRoutes } from './api/policies.ts';
import { memberDataRoutes, organisationDataRoutes, ownDataRoutes, privacyRoutes } from './api/privacy.ts';
import { publisherAnalyticsRoutes, statisticsRoutes } from './api/publisher-analytics.ts';
import { publisherRoutes } from './api/publishers.ts';
import { purchaseRoutes } from './api/purchases.ts';
import { ratingRoutes } from './api/ratings.ts';
import { releaseRoutes } from './api/releases.ts';
import { requestRoutes } from './api/requests.ts';
import { revenueRoutes } from './api/revenue.ts';
import { reviewRoutes } from './api/reviews.ts';
import { eventRoutes, runRoutes } from './api/runs.ts';
import { securityRoutes } from './api/security.ts';
import { serverRoutes } from './api/server.ts';
import { accountRoutes, sessionRoutes, stepRoutes } from './api/sessions.ts';
import { singleSignOnRoutes } from './api/single-sign-on.ts';
import { submissionRoutes } from './api/submissions.ts';
import { subscriptionRoutes } from './api/subscription.ts';
import { takedownRoutes } from './api/takedowns.ts';
import { tokenRoutes } from './api/tokens.ts';
import { trialRoutes } from './api/trials.ts';
import { trustRoutes } from './api/trust.ts';
import { updateRoutes } from './api/updates.ts';
import { usageRoutes } from './api/usage.ts';
import { webhookRoutes } from './api/webhooks.ts';
import { announcementRoutes } from './community/announcements.ts';
import { followRoutes } from './community/follows.ts';
import { questionRoutes } from './community/questions.ts';
import { supportRequestRoutes } from './community/support-requests.ts';
import type { Route } from './route.ts';

/** Every route of the server. A route that is not in this table does not exist. */
export const routes = {
  auth: { ...authRoutes, ...stepRoutes },
  account: { ...accountRoutes, ...ownDataRoutes },
  sessions: sessionRoutes,
  tokens: tokenRoutes,
  members: { ...memberRoutes, ...memberDataRoutes },
  invitations: invitationRoutes,
  emailChanges: emailChangeRoutes,
  passwordResets: passwordResetRoutes,
  singleSignOn: singleSignOnRoutes,
  organisations: { ...organisationRoutes, ...organisationDataRoutes },
  usage: usageRoutes,
  subscription: subscriptionRoutes,
  plugins: { ...pluginRoutes, ...pluginViewRoutes, ...updateRoutes, ...stopRoutes },
  policies: policyRoutes,
  requests: requestRoutes,
  privacy: privacyRoutes,
  activity: activityRoutes,
  analytics: analyticsRoutes,
  ratings: ratingRoutes,
  abuseReports: abuseReportRoutes,
  takedowns: takedownRoutes,
  publishers: publisherRoutes,
  questions: questionRoutes,
  supportRequests: supportRequestRoutes,
  follows: followRoutes,
  announcements: announcementRoutes,
  marketplace: { ...marketplaceRoutes, ...releaseRoutes, ...statisticsRoutes },
  publisherAnalytics: publisherAnalyticsRoutes,
  purchases: purchaseRoutes,
  revenue: revenueRoutes,
  money: moneyRoutes,
  submissions: submissionRoutes,
  reviews: reviewRoutes,
  hooks: hookRoutes,
  jobs: jobRoutes,
  oauth: oauthRoutes,
  runs: runRoutes,
  cases: caseRoutes,
  notes: noteRoutes,
  events: eventRoutes,
  exposures: exposureRoutes,
  security: securityRoutes,
  mails: mailRoutes,
  trials: trialRoutes,
  trust: trustRoutes,
  webhooks: webhookRoutes,
  audit: auditRoutes,
  accessReviews: accessReviewRoutes,
  controls: controlRoutes,
  server: serverRoutes,
} as const satisfies Record<string, Record<string, Route>>;

/** All rows with their names (`plugins.install`), for checks and for the documentation. */
export function allRoutes(): { name: string; route: Route }[] {
  return Object.entries(routes).flatMap(([noun, rows]) =>
    Object.entries(rows).map(([verb, row]) => ({ name: `${noun}.${verb}`, route: row as Route })),
  );
}
