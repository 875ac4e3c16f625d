import { accounts } from './0001-accounts.ts';
import { plugins } from './0002-plugins.ts';
import { runs } from './0003-runs.ts';
import { webhooks } from './0004-webhooks.ts';
import { oauthAndAnalytics } from './0005-oauth-and-analytics.ts';
import { securityAndReceipts } from './0006-security-and-receipts.ts';

export type Migration = { name: string; sql: string };

/** In the order in which they run. New ones go to the end. */
export const migrations: readonly Migration[] = [
  accounts,
  plugins,
  runs,
  webhooks,
  oauthAndAnalytics,
  securityAndReceipts,
];
