import type { Capabilities, Installation, OauthPort, WebhookPort } from '@proofpix/host/capabilities';
import type { Host } from '@proofpix/host/host';
import type { GuardedClient } from '@proofpix/host/http/guarded-client';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Events } from '../../events.ts';
import type { Keys } from '../../keys.ts';
import type { Log } from '../../log.ts';
import { createSecurityEvents, writeSecurityEvents } from '../security/keep-events.ts';
import { createHourMeasurements } from './activity/measure-hours.ts';
import { addHours } from './activity/queries.ts';
import { createAnalytics } from './analytics/measure.ts';
import { writeAnalytics } from './analytics/write-analytics.ts';
import { createHttpSecrets } from './config/http-secrets.ts';
import { createEvidenceSigner } from './evidence/sign-evidence.ts';
import { createHistory, writeHistory } from './history/record-history.ts';
import { createMeasurements } from './metrics/measure-calls.ts';
import { addMetrics } from './metrics/queries.ts';
import { createWrittenNotices } from './metrics/tell-written.ts';
import { createCircuits, type Circuits } from './quarantine/tell-circuits.ts';
import { lockInstallations } from './queries.ts';
import { createStorage, type StoragePort } from './storage/keep-storage.ts';

/** How long log lines, counts and observed acts wait for others to be written with them. */
const writeDelay = 2_000;

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
    /** Told when a plugin is locked up, or rests after many failures. */
    circuits: Circuits;
    /** Told at every call whether the plugin could be started. */
    onStart(listener: (installation: Installation, started: boolean) => void): void;
    /** Told what became of each hook call, and of each process that died: null where the call was answered. */
    onOutcome(listener: (installation: Installation, code: string | null) => void): void;
    /** The secrets of an installation were changed: requests from now on carry the new ones. */
    secretsChanged(installationId: string): void;
    /** Drops what is kept in memory of an installation that never came to be, or is gone. */
    forget(installationId: string): void;
  };

/** Dispose it after the host: ending plugins still log and count. */
export function createCapabilities({
  db,
  keys,
  log,
  events,
  oauth,
  webhooks,
  client,
}: {
  db: Database;
  keys: Keys;
  log: Log;
  events: Events;
  oauth: OauthPort;
  webhooks: WebhookPort;
  client: GuardedClient;
}): PluginCapabilities {
  let host: Host | null = null;
  let startListener: (installation: Installation, started: boolean) => void = () => {};
  let outcomeListener: (installation: Installation, code: string | null) => void = () => {};
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  const storage = createStorage({ db, keys });
  const secrets = createHttpSecrets({ db, keys });
  const measurements = createMeasurements();
  const analytics = createAnalytics();
  const history = createHistory(writeLater);
  const hours = createHourMeasurements();
  const newFigures = createWrittenNotices(events, 'plugin:metrics');
  const newLines = createWrittenNotices(events, 'plugin:logged');
  const security = createSecurityEvents({ db, log, events, host: () => host, writeLater, flush });
  const circuits = createCircuits({ events, history });

  function writeLater(when: 'now' | 'later' = 'later'): void {
    if (when === 'now') {
      // Not this very moment: what happens together is written together.
      setImmediate(() => void flush().catch(() => writeLater()));
      return;
    }
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
    if (measurements.isEmpty() && analytics.isEmpty() && history.isEmpty() && security.isEmpty()) return;
    const attached = host;
    const counted = measurements.take((id) => attached?.usage(id) ?? null, storage.isStaged);
    const countedHours = hours.take(storage.isStaged);
    const told = analytics.take(storage.isStaged);
    const batch = history.take(storage.isStaged);
    const happened = security.take(storage.isStaged);
    try {
      await asSystem(db, 'write-metrics', async (tx) => {
        // None of them may be uninstalled before all rows that point at it are there.
        await lockInstallations(tx, [...counted, ...told, ...batch.lines, ...batch.events, ...happened.events]);
        await addMetrics(tx, counted);
        await addHours(tx, countedHours);
        await writeAnalytics(tx, told);
        await writeHistory(tx, batch);
        await writeSecurityEvents(tx, happened);
      });
    } catch (error) {
      measurements.restore(counted);
      hours.restore(countedHours);
      analytics.restore(told);
      history.restore(batch);
      security.restore(happened);
      log.error(
        { err: error },
        'metrics and log lines of plugins could not be written; they are kept for the next try',
      );
      throw error;
    }
    newFigures.tell();
    newLines.tell();
  }

  return {
    storage,
    http: { client, secret: secrets.secret },
    oauth,
    webhooks,
    measure(installation, measure) {
      analytics.measure(installation, measure);
      writeLater();
    },
    attest: createEvidenceSigner({ db, keys }).attest,
    security: security.port,
    log(installation, line) {
      history.log(installation, line);
      newLines.note(installation);
    },
    observe(installation, observation) {
      measurements.observe(installation.id, observation);
      if (observation.kind === 'hook') hours.observe(installation.id, observation);
      newFigures.note(installation);
      writeLater();
      if (observation.kind !== 'hook') return;
      startListener(installation, observation.code !== 'plugin_load_failed');
      outcomeListener(installation, observation.ok ? null : (observation.code ?? 'plugin_error'));
    },
    violation(installation, violation) {
      circuits.violation(installation, violation);
      security.violation(installation, violation);
    },
    circuit: circuits.changed,
    quarantined: circuits.quarantined,
    circuits,
    died(installation, { code, detail }) {
      measurements.died(installation.id);
      outcomeListener(installation, code);
      newFigures.note(installation);
      history.event(installation, 'plugin:died', { code, detail });
      newLines.note(installation);
    },
    onStart: (listener) => void (startListener = listener),
    onOutcome: (listener) => void (outcomeListener = listener),
    secretsChanged: secrets.forget,
    attach: (attached) => void (host = attached),
    flush(installationId) {
      if (installationId !== undefined) measurements.look(installationId);
      return flush();
    },
    forget(installationId) {
      measurements.forget(installationId);
      hours.forget(installationId);
      analytics.forget(installationId);
      history.forget(installationId);
      circuits.forget(installationId);
      secrets.forget(installationId);
      storage.forget(installationId);
    },
    async [Symbol.asyncDispose]() {
      if (timer) clearTimeout(timer);
      newFigures[Symbol.dispose]();
      newLines[Symbol.dispose]();
      host = null;
      await flush().catch(() => {}); // already in the log
    },
  };
}
