import type { Tables } from '../../../db/tables.ts';

type Place = { table: keyof Tables; column: string; kind: 'text' | 'json'; ofServer?: true };

function places(table: keyof Tables, columns: readonly string[], kind: Place['kind'] = 'text'): Place[] {
  return columns.map((column) => ({ table, column, kind }));
}

/**
 * Every column into which people or plugins write freely, so that somebody may be named there. Whoever is erased is taken
 * out of all of them; the rest of the text stays. A test fails on a column that is neither here nor in `notSearched`.
 */
export const freeTexts: readonly Place[] = [
  ...places('cases', ['title', 'reference', 'description']),
  ...places('exhibits', ['caption']),
  ...places('files', ['name']),
  ...places('runs', ['options', 'error'], 'json'),
  ...places('notes', ['text']),
  ...places('jobs', ['input', 'result', 'error'], 'json'),
  ...places('api_tokens', ['name']),
  ...places('oauth_connections', ['account', 'lost_reason']),
  ...places('oauth_events', ['detail'], 'json'),
  ...places('oauth_providers', ['parameters'], 'json'),
  ...places('plugin_configurations', ['config'], 'json'),
  ...places('plugin_restore_points', ['config'], 'json'),
  ...places('plugin_events', ['detail'], 'json'),
  ...places('plugin_logs', ['message']),
  ...places('plugin_requests', ['reason', 'decision_reason']),
  ...places('plugin_updates', ['failed_reason']),
  ...places('plugins', ['state_reason', 'killed', 'denied']),
  ...places('plugins', ['warnings'], 'json'),
  ...places('questions', ['title', 'body', 'hidden_reason']),
  ...places('answers', ['body', 'hidden_reason']),
  ...places('support_requests', ['subject']),
  ...places('support_messages', ['text']),
  ...places('announcements', ['title', 'body']),
  ...places('orders', ['refund_reason']),
  ...places('policies', ['stop_reason']),
  ...places('policies', ['policy'], 'json'),
  ...places('privacy_settings', ['controller'], 'json'),
  ...places('security_events', ['title', 'detail']),
  ...places('security_events', ['evidence'], 'json'),
  ...places('publishers', ['display_name', 'description', 'website', 'support']),
  ...places('single_sign_on_blocks', ['email', 'name']),
  ...places('ratings', ['text', 'reply', 'decision_reason', 'appeal']),
  ...places('abuse_reports', ['text', 'reason']),
  ...places('takedown_notices', ['reason']),
  ...places('submissions', ['file_name']),
  ...places('submissions', ['problem'], 'json'),
  ...places('submission_steps', ['reason']),
  ...places('submission_comments', ['text', 'file']),
  ...places('webhook_deliveries', ['response_excerpt', 'last_error']),
  ...places('webhook_endpoints', ['name', 'url', 'disabled_reason']),
  ...places('webhook_events', ['name', 'detail']),
  ...places('webhook_messages', ['payload']),
  ...places('webhook_received', ['results'], 'json'),
  ...places('webhook_receivers', ['name']),
];

/** Where one who is named there makes the row worthless: it is deleted whole. */
export const deletedRows: readonly { table: keyof Tables; columns: readonly string[]; bytes?: string }[] = [
  { table: 'invitations', columns: ['email'] },
  // Without the subject nobody is kept out: only where it is the address of who is erased.
  { table: 'single_sign_on_blocks', columns: ['subject'] },
  { table: 'plugin_analytics', columns: ['name', 'value'] },
  { table: 'plugin_storage', columns: ['key'] },
  { table: 'plugin_restore_values', columns: ['key'] },
  { table: 'webhook_received', columns: ['message_id', 'type'], bytes: 'body' },
];

/** Sealed values that plugins keep: they are opened, and deleted when somebody is named in them. */
export const sealedRows = ['plugin_storage', 'plugin_restore_values'] as const satisfies (keyof Tables)[];

/**
 * What is not searched, and why. `*`: the whole table. The reasons stand in docs/guide/privacy.md too.
 */
export const notSearched: Readonly<Record<string, string>> = {
  'run_steps.*': 'what plugins read out of photos: evidence, which nobody may change afterwards',
  'run_files.name': 'named by plugins',
  'export_files.name': 'named by plugins; a report that names somebody is deleted',
  'plugins.*': 'the package as its author published it',
  'plugin_restore_points.*': 'the package as its author published it',
  'plugin_scans.result': 'what was found in a package',
  'plugin_components.*': 'what a package consists of',
  'plugin_icons.*': 'of a package',
  'plugin_marketplace_cache.*': 'published packages',
  'marketplace_words.*': 'words of published packages',
  'submissions.*': 'the package as its author sent it',
  'ratings.*': 'names of plugins and words of a list',
  'rating_totals.*': 'numbers',
  'abuse_reports.*': 'names of plugins and words of a list',
  'takedown_notices.*': 'names of plugins and words of a list',
  'submission_comments.rule': 'the name of a rule',
  'submission_comments.side': 'a word of two',
  'submission_steps.side': 'a word of three',
  'submission_approvals.checklist': 'names of points of a list',
  'publishers.*': 'a name under which plugins are installed everywhere, with its proof',
  'single_sign_on_blocks.issuer': 'the address of a provider',
  'mails.failure': 'the code of an error',
  'releases.*': 'published packages, which never change',
  'release_measurements.*': 'what a published package was measured to do with a photo of ours',
  'session_reuses.*': 'deleted with the membership',
  'trust_keys.*': 'published by the operator of the server',
  'trust_files.*': 'published by the operator of the server',
  'catalog_changes.*': 'names under which something was released',
  'followed_marketplaces.*': 'the address of another server',
  'followed_files.*': 'published by another server',
  'followed_archives.*': 'digests',
  'kill_entries.*': 'published by the operator of the server',
  'organisations.name': 'the name of the organisation',
  'audit_acts.*': 'searched by itself: what is personal goes, the digest stays',
  'oauth_providers.*': 'addresses of providers and what we are called there',
  'subscriptions.*': 'numbers of the organisation at Stripe',
  'publisher_analytics.*': 'numbers of days; words of searches that five organisations made',
  'publisher_usage.*': 'numbers of days',
  'orders.*': 'what was bought, for the books, with numbers at Stripe',
  'questions.*': 'names under which something is published',
  'support_requests.*': 'names under which something is published, versions, and the code of an error',
  'support_messages.side': 'a word of two',
  'announcements.*': 'names and versions under which something is published',
  'publisher_follows.*': 'deleted with the membership',
  'plugin_prices.*': 'what plugins cost',
  'tax_rates.*': 'countries',
  'ledger_transactions.*': 'the books, which never change',
  'ledger_lines.*': 'the books, which never change',
  'payouts.*': 'the books: where money of a publisher went',
  'payout_accounts.*': 'where a publisher is paid, which it changes itself',
  'payment_disputes.*': 'numbers at Stripe',
  'early_payment_messages.*': 'numbers at Stripe, deleted after a month',
  'licences.*': 'a signed statement on an organisation and a plugin',
  'organisation_package_rules.*': 'a word of two',
  'users.*': 'deleted',
  'sessions.*': 'deleted with the account',
  'single_sign_on_identities.*': 'deleted with the membership',
  'single_sign_on_flows.*': 'deleted with the membership, and after minutes anyway',
  'email_changes.*': 'deleted with the account',
  'password_resets.*': 'deleted by the address',
  'api_tokens.last_used_from': 'deleted with the membership',
  'mails.content': 'sealed: opened, and deleted when it names somebody',
  'single_sign_on.*': 'settings of the provider of an organisation',
};
