import { accounts } from './0001-accounts.ts';
import { plugins } from './0002-plugins.ts';
import { runs } from './0003-runs.ts';
import { webhooks } from './0004-webhooks.ts';
import { oauthAndAnalytics } from './0005-oauth-and-analytics.ts';
import { securityAndReceipts } from './0006-security-and-receipts.ts';
import { cases } from './0007-cases.ts';
import { pluginHoursAndIcons } from './0008-plugin-hours-and-icons.ts';
import { intake } from './0009-intake.ts';
import { trust } from './0010-trust.ts';
import { dependencies } from './0011-dependencies.ts';
import { audit } from './0012-audit.ts';
import { sessionsAndFactors } from './0013-sessions.ts';
import { invitationsAndSingleSignOn } from './0014-invitations.ts';
import { policiesAndUpdates } from './0015-policies-and-updates.ts';
import { apiKeysAndSubscriptions } from './0016-api-keys-and-subscriptions.ts';
import { privacy } from './0017-privacy.ts';
import { reusesBlocksAndMails } from './0020-reuses-blocks-and-mails.ts';
import { publishing } from './0022-publishing.ts';
import { discovery } from './0023-discovery.ts';
import { money } from './0024-money.ts';
import { following } from './0025-following.ts';
import { ratingTables } from './0026-ratings.ts';
import { conversations } from './0027-conversations.ts';
import { publisherAnalytics } from './0028-publisher-analytics.ts';
import { blastRadius } from './0029-blast-radius.ts';

export type Migration = { name: string; sql: string };

/** In the order in which they run. New ones go to the end. */
export const migrations: readonly Migration[] = [
  accounts,
  plugins,
  runs,
  webhooks,
  oauthAndAnalytics,
  securityAndReceipts,
  cases,
  pluginHoursAndIcons,
  intake,
  trust,
  dependencies,
  audit,
  sessionsAndFactors,
  invitationsAndSingleSignOn,
  policiesAndUpdates,
  apiKeysAndSubscriptions,
  privacy,
  reusesBlocksAndMails,
  publishing,
  discovery,
  money,
  following,
  ratingTables,
  conversations,
  publisherAnalytics,
  blastRadius,
];
