import type { WebhookHandling } from '@proofpix/contract/api/webhooks';
import type { ErrorCode } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import type { HookResult } from '@proofpix/contract/runs';
import type { Host } from '@proofpix/host/host';
import { runHook } from '@proofpix/host/run-hook';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { JobIds } from '../../../queue.ts';
import type { WebhookParts } from '../parts.ts';
import { countAttempt, finishReceived, findWaitingMessage, saveResults, type WaitingMessage } from './queries.ts';
import { readBody, readContentType } from './read-message.ts';

type Parts = Pick<WebhookParts, 'db' | 'queue' | 'host'>;

const hook = 'webhook:received';
/** How long to wait before a plugin that could not be asked is asked again. */
const waits = [5_000, 60_000, 10 * 60_000];
/** What says nothing about the message: the plugin never saw it, or did not get to its end. */
const passing: ReadonlySet<string> = new Set<ErrorCode>([
  'sandbox_busy',
  'plugin_overloaded',
  'plugin_suspended',
  'plugin_died',
  'plugin_load_failed',
]);

/**
 * Raises `webhook:received` for one message: in the plugin that its receiver names, or in every loaded one that has the
 * hook and the grant. Each answer is kept before the next plugin is asked; after a crash those that have answered are
 * not asked again, so a plugin gets a message at least once, and twice only if the server ended while it worked on it.
 */
export async function handOnMessage(parts: Parts, ids: JobIds, signal: AbortSignal): Promise<void> {
  const { db, host, queue } = parts;
  const { organisationId, id } = ids;
  const message = await withOrganisation(db, organisationId, async (tx) => {
    await countAttempt(tx, id);
    return findWaitingMessage(tx, id);
  });
  if (message === undefined) return;
  const event = eventOf(message);
  const results = new Map(message.results.map((result) => [result.plugin, result]));
  for (const plugin of takersOf(host, organisationId, message.plugin_id)) {
    const known = results.get(plugin);
    if (known !== undefined && !isPassing(known)) continue;
    signal.throwIfAborted();
    const [result] = await runHook(host, { organisationId, hook, data: { event }, plugins: [plugin], signal });
    // Unloaded since it was chosen.
    if (result === undefined) continue;
    results.set(plugin, handlingOf(result));
    await withOrganisation(db, organisationId, (tx) => saveResults(tx, id, [...results.values()]));
  }
  const wait = [...results.values()].some(isPassing) ? waits[message.attempts - 1] : undefined;
  await withOrganisation(db, organisationId, async (tx) => {
    if (wait === undefined) return finishReceived(tx, id, 'done');
    await queue.send(tx, 'webhook-received', ids, { after: new Date(Date.now() + wait) });
  });
}

/** The job failed again and again: not because of a plugin, whose failures are results. */
export async function giveUpMessage({ db }: Pick<Parts, 'db'>, { organisationId, id }: JobIds): Promise<void> {
  await withOrganisation(db, organisationId, (tx) => finishReceived(tx, id, 'failed'));
}

function takersOf(host: Host, organisationId: string, only: string | null): string[] {
  return host
    .implementers(organisationId, hook)
    .filter((installation) => installation.grants().has('webhooks'))
    .map(({ pluginId }) => pluginId)
    .filter((pluginId) => only === null || pluginId === only);
}

/** What plugins see. The signature was checked and stays here; nothing of it helps to forge another. */
function eventOf(message: WaitingMessage): { [key: string]: Json } {
  const { kind } = readContentType(message.content_type);
  return {
    type: message.type,
    contentType: message.content_type,
    body: readBody(message.body ?? new Uint8Array(), kind),
    id: message.message_id,
    timestamp: message.sent_at.toISOString(),
    receiver: message.name,
  };
}

function handlingOf({ plugin, version, ok, error, milliseconds }: HookResult): WebhookHandling {
  return {
    plugin,
    version,
    ok,
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
    milliseconds,
  };
}

function isPassing({ ok, error }: WebhookHandling): boolean {
  return !ok && error !== undefined && passing.has(error.code);
}
