import type { ConfigSchema } from '@proofpix/contract/config-schema';
import type { Tx } from '../../../db/tenancy.ts';
import type { Keys } from '../../../keys.ts';
import { takeSecrets, type ConfigObject, type Secrets } from '@proofpix/host/plugin-config';
import { findConfig, saveConfig } from './queries.ts';
import { systemActor, type Actor } from '../../audit/record-act.ts';

type Owner = { organisationId: string; id: string };

export type OpenedConfig = { config: ConfigObject; secrets: Secrets; updatedAt: Date | null };

export function secretsPurpose({ organisationId, id }: Owner): string {
  return `plugin-secrets\n${organisationId}\n${id}`;
}

/** The configuration as it is stored, its secrets opened. Only for changing it. */
export async function openConfig(tx: Tx, keys: Keys, owner: Owner): Promise<OpenedConfig> {
  const row = await findConfig(tx, owner.id);
  if (!row) return { config: {}, secrets: {}, updatedAt: null };
  const secrets: Secrets = row.secrets
    ? (JSON.parse(Buffer.from(keys.open(row.secrets, secretsPurpose(owner))).toString()) as Secrets) // we sealed it in this form
    : {};
  return { config: row.config, secrets, updatedAt: row.updated_at };
}

export async function storeConfig(
  tx: Tx,
  keys: Keys,
  owner: Owner,
  { config, secrets, actor }: { config: ConfigObject; secrets: Secrets; actor: Actor },
): Promise<void> {
  const pointers = Object.keys(secrets);
  const sealed = pointers.length === 0 ? null : keys.seal(Buffer.from(JSON.stringify(secrets)), secretsPurpose(owner));
  await saveConfig(tx, { ...owner, config, secrets: sealed, secretsSet: pointers, actor });
}

/**
 * Brings the stored configuration under the schema of another version: what the new schema calls a secret is sealed,
 * even if the old one kept it as plain text.
 */
export async function adaptConfig(tx: Tx, keys: Keys, owner: Owner, schema: ConfigSchema): Promise<void> {
  const stored = await openConfig(tx, keys, owner);
  const taken = takeSecrets(schema, stored.config);
  if (Object.keys(taken.secrets).length === 0) return;
  await storeConfig(tx, keys, owner, {
    config: taken.config,
    secrets: { ...taken.secrets, ...stored.secrets },
    actor: systemActor('update'),
  });
}
