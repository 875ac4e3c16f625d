import type { Host } from '@proofpix/host/host';
import type { Database } from '../../db/database.ts';
import type { Keys } from '../../keys.ts';
import type { Log } from '../../log.ts';
import type { Objects } from '../../objects.ts';
import type { PluginCapabilities } from './capabilities.ts';
import type { Events } from '../../events.ts';
import type { Installations } from './installations.ts';
import type { PluginLimits } from './limits/organisation-limits.ts';

/** What the use cases of plugins work with; each takes the ones it needs. */
export type PluginParts = {
  db: Database;
  keys: Keys;
  objects: Objects;
  log: Log;
  host: Host;
  capabilities: PluginCapabilities;
  installations: Installations;
  events: Events;
  limits: PluginLimits;
};

/** Who did something: the id of the user, or null for the server itself. */
export type Actor = string | null;
