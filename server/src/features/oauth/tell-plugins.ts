import { runHook } from '@proofpix/host/run-hook';
import { withOrganisation } from '../../db/tenancy.ts';
import type { JobIds } from '../../queue.ts';
import type { OauthParts } from './parts.ts';
import { findConnectionById } from './queries.ts';

/** Raises `oauth:authorized` in the plugins that may use the account: no token is in it. May run again after a crash. */
export async function tellPlugins(
  { db, host, log }: Pick<OauthParts, 'db' | 'host' | 'log'>,
  { organisationId, id }: JobIds,
  signal: AbortSignal,
): Promise<void> {
  const row = await withOrganisation(db, organisationId, (tx) => findConnectionById(tx, id));
  if (row === undefined) return; // disconnected again already
  const event = { provider: row.name, scopes: row.scopes, account: row.account, at: row.connected_at.toISOString() };
  const plugins = row.plugins === null ? {} : { plugins: row.plugins };
  const results = await runHook(host, { organisationId, hook: 'oauth:authorized', data: event, ...plugins, signal });
  for (const { plugin, error } of results) {
    if (error !== undefined) log.warn({ plugin, code: error.code }, 'a plugin failed in oauth:authorized');
  }
}
