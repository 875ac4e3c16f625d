import type { Capabilities, Installation } from '@proofpix/host/capabilities';
import { createMemoryCapabilities } from '@proofpix/host/memory-capabilities';
import type { Host } from '@proofpix/host/host';
import { runHook } from '@proofpix/host/run-hook';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Keys } from '../../keys.ts';
import type { Log } from '../../log.ts';
import { createAttest } from './evidence/attest-digest.ts';
import { createHistory, writeHistory } from './history/record-history.ts';
import { createMeasurements } from './metrics/measure-calls.ts';
import { addMetrics } from './metrics/queries.ts';
import { createStorage, type StoragePort } from './storage/keep-storage.ts';

/** How long log lines, counts and observed acts wait for others to be written with them. */
const writeDelay = 2_000;
/** Security events on their way to plugins, an organisation; more are only recorded. */
const waitingDeliveries = 20;

/** What the host gets from the server, and what the features read back from it. */
export type PluginCapabilities = Capabilities &
  AsyncDisposable & {
    storage: StoragePort;
    /** The host is made with the capabilities; what is measured by the host is read back through it. */
    attach(host: Host): void;
    /**
     * Writes everything that is kept in memory: metrics, log lines, violations. Naming an installation looks at its
     * process too, even if it was idle.
     */
    flush(installationId?: string): Promise<void>;
    /** Told at every call whether the plugin could be started. */
    onStart(listener: (installation: Installation, started: boolean) => void): void;
    /** Drops what is kept in memory of an installation that never came to be, or is gone. */
    forget(installationId: string): void;
  };

/** Dispose it after the host: ending plugins still log and count. */
export function createCapabilities({ db, keys, log }: { db: Database; keys: Keys; log: Log }): PluginCapabilities {
  let host: Host | null = null;
  let startListener: (installation: Installation, started: boolean) => void = () => {};
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  const deliveries = new Map<string, { count: number; done: Promise<void> }>();
  const storage = createStorage({ db, keys });
  const measurements = createMeasurements();
  const history = createHistory(writeLater);

  function writeLater(): void {
    timer ??= setTimeout(() => {
      timer = null;
      void flush().catch(() => writeLater());
    }, writeDelay);
    timer.unref();
  }

  /** One write at a time: the second one takes what has come meanwhile. */
  function flush(): Promise<void> {
    const next = writing.then(write);
    writing = next.catch(() => {});
    return next;
  }

  async function write(): Promise<void> {
    if (measurements.isEmpty() && history.isEmpty()) return;
    const attached = host;
    const counted = measurements.take((id) => attached?.usage(id) ?? null, storage.isStaged);
    const batch = history.take(storage.isStaged);
    try {
      await asSystem(db, 'write-metrics', async (tx) => {
        await addMetrics(tx, counted);
        await writeHistory(tx, batch);
      });
    } catch (error) {
      measurements.restore(counted);
      history.restore(batch);
      log.error(
        { err: error },
        'metrics and log lines of plugins could not be written; they are kept for the next try',
      );
      throw error;
    }
  }

  /**
   * Tells the plugins that listen for security events. A plugin that listens never causes one that others hear: two
   * of them could otherwise provoke each other for ever.
   */
  function deliver(installation: Installation, event: { type: string; detail: string }): void {
    const attached = host;
    const { organisationId } = installation;
    const listeners = attached?.implementers(organisationId, 'security:event') ?? [];
    if (!attached || listeners.length === 0 || listeners.some(({ id }) => id === installation.id)) return;
    const waiting = deliveries.get(organisationId) ?? { count: 0, done: Promise.resolve() };
    if (waiting.count >= waitingDeliveries) return;
    deliveries.set(organisationId, waiting);
    waiting.count += 1;
    const data = {
      ...event,
      plugin: installation.pluginId,
      version: installation.version,
      at: new Date().toISOString(),
    };
    waiting.done = waiting.done
      .then(async () => void (await runHook(attached, { organisationId, hook: 'security:event', data })))
      .catch((error: unknown) => log.warn({ err: error }, 'a security event could not be delivered'))
      .then(() => {
        waiting.count -= 1;
        if (waiting.count === 0) deliveries.delete(organisationId);
      });
  }

  return {
    ...createMemoryCapabilities(),
    storage,
    attest: createAttest({ db, keys }),
    log: (installation, line) => history.log(installation, line),
    observe(installation, observation) {
      measurements.observe(installation.id, observation);
      writeLater();
      if (observation.kind === 'hook') startListener(installation, observation.code !== 'plugin_load_failed');
    },
    violation(installation, { type, detail }) {
      history.event(installation, 'security:violation', { violation: type, detail });
      deliver(installation, { type, detail });
    },
    died(installation, { code, detail }) {
      measurements.died(installation.id);
      history.event(installation, 'plugin:died', { code, detail });
    },
    onStart: (listener) => void (startListener = listener),
    attach: (attached) => void (host = attached),
    flush(installationId) {
      if (installationId !== undefined) measurements.look(installationId);
      return flush();
    },
    forget(installationId) {
      measurements.forget(installationId);
      history.forget(installationId);
    },
    async [Symbol.asyncDispose]() {
      if (timer) clearTimeout(timer);
      host = null;
      await flush().catch(() => {}); // already in the log
    },
  };
}
