import type { ConfigSchema } from '@proofpix/contract/config-schema';
import type { Tx } from '../../../db/tenancy.ts';
import type { Keys } from '../../../keys.ts';
import { fitConfig, putSecrets, secretHandles, takeSecrets, type ConfigObject, type Secrets } from './plugin-config.ts';
import { findConfig, saveConfig } from './queries.ts';

type Owner = { organisationId: string; id: string };

export type OpenedConfig = { config: ConfigObject; secrets: Secrets; updatedAt: Date | null };

function purpose({ organisationId, id }: Owner): string {
  return `plugin-secrets\n${organisationId}\n${id}`;
}

/** The configuration as it is stored, its secrets opened. Only for changing it. */
export async function openConfig(tx: Tx, keys: Keys, owner: Owner): Promise<OpenedConfig> {
  const row = await findConfig(tx, owner.id);
  if (!row) return { config: {}, secrets: {}, updatedAt: null };
  const secrets: Secrets = row.secrets
    ? (JSON.parse(Buffer.from(keys.open(row.secrets, purpose(owner))).toString()) as Secrets) // we sealed it in this form
    : {};
  return { config: row.config, secrets, updatedAt: row.updated_at };
}

export async function storeConfig(
  tx: Tx,
  keys: Keys,
  owner: Owner,
  { config, secrets, actor }: { config: ConfigObject; secrets: Secrets; actor: string | null },
): Promise<void> {
  const pointers = Object.keys(secrets);
  const sealed = pointers.length === 0 ? null : keys.seal(Buffer.from(JSON.stringify(secrets)), purpose(owner));
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
    actor: null,
  });
}

/** What people see: without secrets. */
export function shownConfig(schema: ConfigSchema, config: ConfigObject): ConfigObject {
  return takeSecrets(schema, fitConfig(schema, config)).config;
}

/** What the plugin sees: a handle in the place of each secret that has a value. */
export function handedConfig(
  schema: ConfigSchema,
  installationId: string,
  config: ConfigObject,
  secretsSet: readonly string[],
) {
  return putSecrets(schema, shownConfig(schema, config), secretHandles(installationId, secretsSet));
}
