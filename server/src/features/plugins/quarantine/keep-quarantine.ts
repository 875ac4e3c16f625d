import { setTimeout as wait } from 'node:timers/promises';
import type { Installation } from '@proofpix/host/capabilities';
import type { Events } from '../../../events.ts';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import { insertEvents } from '../history/queries.ts';
import type { PluginParts } from '../parts.ts';
import { moveState, type State } from '../queries.ts';
import { recordAct, systemActor } from '../../audit/record-act.ts';

const retryMilliseconds = 1_000;

type Parts = Pick<PluginParts, 'db' | 'host' | 'capabilities' | 'installations' | 'log'> & { events: Events };
type Change = { from: readonly State[]; to: State; reason: string; type: string };

const lockUp = { from: ['loaded', 'unloaded', 'failed'], to: 'quarantined', type: 'plugin:quarantined' } as const;
const switchOff = { from: ['loaded', 'failed'], to: 'failed', type: 'plugin:disabled' } as const;

/**
 * Remembers that the host locked a plugin up or switched it off, so that it stays so after a restart. Each change waits
 * for what is under way with the plugin, and what comes after waits for it: nothing can load the plugin in between.
 */
export function keepQuarantine({ db, host, capabilities, installations, log, events }: Parts): AsyncDisposable {
  const ending = new AbortController();
  const working = new Set<Promise<void>>();

  /** Tried again until it is written: a database that fails for a moment must not set a hostile plugin free. */
  async function write(installation: Installation, change: Change): Promise<boolean> {
    for (;;) {
      try {
        return await withOrganisation(db, installation.organisationId, (tx) => move(tx, installation, change));
      } catch (error) {
        log.error({ err: error, plugin: installation.pluginId }, 'the state of a plugin could not be written');
        if (ending.signal.aborted) return false;
        await wait(retryMilliseconds, undefined, { signal: ending.signal, ref: false }).catch(() => {});
      }
    }
  }

  function change(installation: Installation, what: Change, then: () => Promise<void>): void {
    const { organisationId, pluginId } = installation;
    const done = installations
      .locked(organisationId, pluginId, async () => {
        if (await write(installation, what)) await then();
      })
      .catch((error: unknown) => log.error({ err: error, plugin: pluginId }, 'a plugin could not be locked up'))
      .finally(() => working.delete(done));
    working.add(done);
  }

  capabilities.circuits.listen({
    quarantined(installation, reason) {
      const { id, organisationId, pluginId, version, digest } = installation;
      log.error({ organisationId, plugin: pluginId, version, digest, reason }, 'a plugin was quarantined');
      change(installation, { ...lockUp, reason }, async () => {
        events.publish(organisationId, { type: 'plugin:quarantined', plugin: pluginId, reason });
        await host.unload(id);
        installations.drop(id);
        await capabilities.flush(id);
      });
    },
    disabled(installation, reason) {
      change(installation, { ...switchOff, reason }, async () => {});
    },
  });

  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await Promise.all(working);
    },
  };
}

/** False for a plugin that is not, or no longer, installed: then there is nothing that could be loaded again. */
async function move(tx: Tx, installation: Installation, { from, to, reason, type }: Change): Promise<boolean> {
  const { id, organisationId, pluginId, version, digest } = installation;
  if (!(await moveState(tx, id, { from, to, reason: reason.slice(0, 2_000) }))) return false;
  const detail = { version, digest, reason };
  const actor = systemActor('quarantine');
  await insertEvents(tx, [{ organisationId, id, type, detail, actor }]);
  await recordAct(tx, {
    organisationId,
    actor,
    act: to === 'quarantined' ? 'plugin.quarantine' : 'plugin.switch-off',
    subject: { kind: 'plugin', id: pluginId },
    reason,
    after: { state: to, version, digest },
  });
  return true;
}
