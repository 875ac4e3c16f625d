import type { Host } from '@proofpix/host/host';
import type { Database } from '../../db/database.ts';
import type { Keys } from '../../keys.ts';
import type { Log } from '../../log.ts';
import type { Objects } from '../../objects.ts';
import type { Queue } from '../../queue.ts';
import type { ProofParts } from '../accounts/prove-person.ts';
import type { EvidenceSigner } from '../plugins/evidence/sign-evidence.ts';
import type { uninstallPlugin } from '../plugins/uninstall-plugin.ts';
import type { ObjectKeeper } from '../runs/object-keeper.ts';
import type { Runs } from '../runs/open-runs.ts';

export type PrivacyParts = {
  db: Database;
  keys: Keys;
  log: Log;
  queue: Queue;
  host: Host;
  objects: Objects;
  keeper: ObjectKeeper;
  runs: Runs;
  attempts: ProofParts['attempts'];
  signer: EvidenceSigner;
  /** What an uninstall takes. */
  plugins: Parameters<typeof uninstallPlugin>[0];
  /** Where mails lie when there is no mail server. */
  outbox: string;
};
