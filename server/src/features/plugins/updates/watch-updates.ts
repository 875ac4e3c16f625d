import { Problem } from '@proofpix/contract/errors';
import { asSystem } from '../../../db/tenancy.ts';
import { systemActor } from '../../audit/record-act.ts';
import type { PluginParts } from '../parts.ts';
import { findWatched } from './queries.ts';
import { rollBack } from './roll-back.ts';
import type { Watched } from './update-watch.ts';

/**
 * Undoes an update by itself when the new version fails clearly more often than the one before. What was watched when the
 * server ended is watched on, its calls counted anew. Dispose it before the host.
 */
export async function watchUpdates(parts: PluginParts): Promise<AsyncDisposable> {
  const { db, capabilities, watch, log } = parts;
  const working = new Set<Promise<void>>();
  for (const row of await asSystem(db, 'load-plugins', (tx) => findWatched(tx, new Date()))) {
    const { id: pointId, watched_until: until, ...named } = row;
    if (until !== null) watch.begin({ ...named, pointId, until: until.getTime() });
  }

  function goBack(failing: Watched & { reason: string }): void {
    const { organisationId, pluginId, pointId: to, digest, reason } = failing;
    log.warn({ organisationId, plugin: pluginId, digest, reason }, 'an update fails and is undone');
    const author = systemActor('update-watch');
    const done = rollBack(parts, { organisationId, pluginId, to, author, reason, failing: { digest } })
      .then(() => {})
      .catch((error: unknown) => {
        log.error({ err: error, plugin: pluginId }, 'an update that fails could not be undone');
        // A refusal stays one; anything else may be over at the next failing call.
        if (!(error instanceof Problem)) watch.begin(failing);
      })
      .finally(() => working.delete(done));
    working.add(done);
  }

  capabilities.onOutcome((installation, code) => {
    const failing = watch.note(installation, code);
    if (failing !== null) goBack(failing);
  });
  return {
    async [Symbol.asyncDispose]() {
      capabilities.onOutcome(() => {});
      await Promise.all(working);
    },
  };
}
