import { withOrganisation } from '../../db/tenancy.ts';
import type { Installation } from '@proofpix/host/capabilities';
import { insertEvents } from './history/queries.ts';
import type { PluginParts } from './parts.ts';
import { changeState } from './queries.ts';
import { tellChanged } from './tell-changed.ts';
import { systemActor } from '../audit/record-act.ts';

const reason = 'It could not be started when it was called. Load it again to see why.';

/**
 * A plugin that is loaded starts with its first call. When that fails its state says so; it stays callable, and is
 * loaded again as soon as a call succeeds.
 */
export function watchLoads(
  parts: Pick<PluginParts, 'db' | 'capabilities' | 'installations' | 'events' | 'log'>,
): AsyncDisposable {
  const { db, capabilities, installations, events, log } = parts;
  const failing = new Set<string>();
  let writing = Promise.resolve();

  function write(installation: Installation, failed: boolean): void {
    const { id, organisationId, version } = installation;
    writing = writing
      .then(() =>
        withOrganisation(db, organisationId, async (tx) => {
          const changed = await changeState(tx, id, failed ? ['loaded', 'failed', reason] : ['failed', 'loaded', null]);
          const type = failed ? 'plugin:load-failed' : 'plugin:loaded';
          if (changed)
            await insertEvents(tx, [{ organisationId, id, type, detail: { version }, actor: systemActor('host') }]);
        }),
      )
      .then(() => tellChanged({ events }, installation, 'state'))
      .catch((error: unknown) => log.error({ err: error }, 'the state of a plugin could not be written'));
  }

  capabilities.onStart((installation, started) => {
    if (started === !failing.has(installation.id) || !installations.has(installation.id)) return;
    if (started) failing.delete(installation.id);
    else failing.add(installation.id);
    write(installation, !started);
  });
  return { [Symbol.asyncDispose]: () => writing };
}
