import type { HttpPort } from '@proofpix/host/capabilities';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { Database } from '../../../db/database.ts';
import type { Keys } from '../../../keys.ts';
import type { Secrets } from '@proofpix/host/plugin-config';
import { secretHandle } from '@proofpix/host/plugin-config';
import { openConfig } from './stored-config.ts';

/** How long opened secrets stay in memory: a plugin that asks often does not ask the database each time. */
const keptMilliseconds = 10_000;
const mostKept = 1_000;

export type HttpSecrets = Pick<HttpPort, 'secret'> & {
  /** Forgets what was opened for an installation: its configuration changed, or it is gone. */
  forget(installationId: string): void;
};

type Opened = { until: number; secrets: Promise<ReadonlyMap<string, string>> };

/** The texts behind the handles that a plugin writes into its requests; each only for the installation it was set for. */
export function createHttpSecrets({ db, keys }: { db: Database; keys: Keys }): HttpSecrets {
  const kept = new Map<string, Opened>();

  function open(organisationId: string, id: string): Promise<ReadonlyMap<string, string>> {
    const now = performance.now();
    const known = kept.get(id);
    if (known !== undefined && known.until > now) return known.secrets;
    const secrets = withOrganisation(db, organisationId, async (tx) => {
      const config = await openConfig(tx, keys, { organisationId, id });
      return byHandle(id, config.secrets);
    });
    const opened = { until: now + keptMilliseconds, secrets };
    kept.delete(id);
    kept.set(id, opened);
    for (const [other, { until }] of kept) if (until <= now || kept.size > mostKept) kept.delete(other);
    secrets.catch(() => kept.get(id) === opened && kept.delete(id));
    return secrets;
  }

  return {
    secret: async ({ organisationId, id }, handle) => (await open(organisationId, id)).get(handle) ?? null,
    forget: (installationId) => void kept.delete(installationId),
  };
}

function byHandle(installationId: string, secrets: Secrets): ReadonlyMap<string, string> {
  return new Map(Object.entries(secrets).map(([pointer, text]) => [secretHandle(installationId, pointer), text]));
}
