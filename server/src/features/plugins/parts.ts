import type { Host } from '@proofpix/host/host';
import type { Intake } from '@proofpix/intake/create-intake';
import type { AdvisorySource } from '@proofpix/scanner/advisories/advisory-source';
import type { Database } from '../../db/database.ts';
import type { Keys } from '../../keys.ts';
import type { Log } from '../../log.ts';
import type { Objects } from '../../objects.ts';
import type { PluginCapabilities } from './capabilities.ts';
import type { Events } from '../../events.ts';
import type { Installations } from './installations.ts';
import type { Licences } from '../money/licences/licences-in-force.ts';
import type { Policies } from '../policies/policies-in-force.ts';
import type { Trust } from '../trust/open-trust.ts';
import type { UpdateWatch } from './updates/update-watch.ts';
import type { PluginLimits } from './limits/organisation-limits.ts';
import type { Actor as ActorOfAct } from '../audit/record-act.ts';

/** What the use cases of plugins work with; each takes the ones it needs. */
export type PluginParts = {
  db: Database;
  keys: Keys;
  objects: Objects;
  log: Log;
  host: Host;
  intake: Intake;
  capabilities: PluginCapabilities;
  installations: Installations;
  events: Events;
  limits: PluginLimits;
  policies: Policies;
  licences: Licences;
  watch: UpdateWatch;
  trust: Trust;
  /** What is known against npm packages; null where the operator set no source. */
  advisories: AdvisorySource | null;
};

/** Who does something: a member through a request, or a part of the server. */
export type Actor = ActorOfAct;
