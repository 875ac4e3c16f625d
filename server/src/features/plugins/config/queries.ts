import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import type { ConfigObject } from '@proofpix/host/plugin-config';
import { userOf, type Actor } from '../../audit/record-act.ts';

export async function findConfig(tx: Tx, installationId: string) {
  return tx
    .selectFrom('plugin_configurations')
    .select(['config', 'secrets', 'secrets_set', 'updated_at', 'updated_by', 'created_at'])
    .where('installation_id', '=', installationId)
    .executeTakeFirst();
}

export type StoredConfig = {
  organisationId: string;
  id: string;
  config: ConfigObject;
  /** Sealed. */
  secrets: Uint8Array | null;
  secretsSet: readonly string[];
  actor: Actor;
};

export async function saveConfig(tx: Tx, stored: StoredConfig): Promise<void> {
  const values = {
    config: jsonText(stored.config),
    secrets: stored.secrets,
    secrets_set: jsonText(stored.secretsSet),
    updated_by: userOf(stored.actor),
  };
  await tx
    .insertInto('plugin_configurations')
    .values({ organisation_id: stored.organisationId, installation_id: stored.id, ...values })
    .onConflict((conflict) => conflict.column('installation_id').doUpdateSet(values))
    .execute();
}
