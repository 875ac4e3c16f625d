import type { Capabilities } from '@proofpix/host/capabilities';
import type { Host } from '@proofpix/host/host';
import type { Database } from '../../db/database.ts';
import type { Keys } from '../../keys.ts';
import type { Log } from '../../log.ts';

/** What the host gets from the server, and what the features read back from it. */
export type PluginCapabilities = Capabilities &
  AsyncDisposable & {
    /** The host is made with the capabilities; what is measured by the host is read back through it. */
    attach(host: Host): void;
    /** Writes everything that is kept in memory for an installation (or for all): metrics, log lines, violations. */
    flush(installationId?: string): Promise<void>;
  };

/** Dispose it after the host: ending plugins still log and count. */
export function createCapabilities(_parts: { db: Database; keys: Keys; log: Log }): PluginCapabilities {
  throw new Error('replaced by the implementation');
}
