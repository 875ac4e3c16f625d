import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { packBundled } from '@proofpix/pack/pack-bundled';
import { packPlugin, type PackedPlugin } from '@proofpix/pack/pack-plugin';
import { readPackage } from '@proofpix/scanner/read-package';
import type { Package } from '@proofpix/scanner/package';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { manifestHooks } from '@proofpix/contract/manifest';
import { secretPaths, validateConfig, withDefaults, type ConfigSchema } from '@proofpix/contract/config-schema';
import type { Json } from '@proofpix/contract/json';
import type { Permission } from '@proofpix/contract/permissions';
import type { Installation } from '@proofpix/host/capabilities';
import { bundledPlugins, projectRoot } from './config.ts';

/** The one organisation of a run on the command line. */
export const localOrganisation = 'local';

/** A configuration as a plugin gets it, and the secrets behind the handles in it. */
export type LocalConfig = { config: Json; secrets: ReadonlyMap<string, string> };

/** A package as an installation that is called. Whoever names a plugin on their own command line grants what it asks for. */
export function installationOf(
  plugin: Package,
  options: { position: number; organisationId?: string; config?: LocalConfig },
): Installation {
  const { manifest } = plugin;
  const { position, organisationId = localOrganisation } = options;
  const granted = new Set<Permission>(manifest.permissions);
  const { config } = options.config ?? localConfig(plugin, {});
  return {
    id: `${organisationId}/${manifest.id}`,
    organisationId,
    pluginId: manifest.id,
    version: manifest.version,
    digest: plugin.digest,
    manifest,
    hooks: manifestHooks(manifest),
    installedAt: position,
    readFiles: async () => plugin.files,
    grants: () => granted,
    config: async () => config,
  };
}

/**
 * A plugin on disk: a folder is packed first, an archive is taken as it is, and both go through the intake of the server.
 * @throws Problem
 */
export async function readLocalPlugin(path: string): Promise<Package> {
  return readPackage(await archiveOf(path));
}

/**
 * A configuration with defaults filled in. A secret becomes a handle, as on the server: the plugin never holds its text.
 * @throws Problem `config_invalid` with the fields
 */
export function localConfig({ manifest }: Pick<Package, 'manifest'>, given: Json): LocalConfig {
  const schema: ConfigSchema = manifest.configSchema ?? { type: 'object', properties: {} };
  const wrong = validateConfig(schema, given);
  if (wrong.length > 0) throw new Problem('config_invalid', undefined, wrong);
  const secrets = new Map<string, string>();
  let config: Json = withDefaults(schema, given) ?? {};
  for (const path of secretPaths(schema)) {
    config = replaced(config, path.split('/').slice(1), (text) => {
      const handle = `proofpix-secret-${randomBytes(16).toString('hex')}`;
      secrets.set(handle, text);
      return handle;
    });
  }
  return { config, secrets };
}

/** A copy in which the text at a path is another. */
function replaced(value: Json, [name, ...rest]: readonly string[], change: (text: string) => string): Json {
  if (name === undefined) return typeof value === 'string' ? change(value) : value;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return value;
  const record = value as { readonly [key: string]: Json }; // isArray does not take readonly arrays out of the union
  return { ...record, [name]: replaced(record[name] ?? null, rest, change) };
}

async function archiveOf(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new Problem('file_missing', `${path} does not exist.`);
  if (dirname(path) === bundledPlugins) return (await keptOrPacked(path)).archive;
  if (found.isDirectory()) return (await packPlugin(path)).archive;
  if (found.size > limits.packageBytes) throw new Problem('package_too_large', path);
  return readFile(path);
}

/** A plugin that comes with ProofPix is packed once; where nothing can be kept, every time. */
async function keptOrPacked(folder: string): Promise<Pick<PackedPlugin, 'archive'>> {
  try {
    return await packBundled(projectRoot, basename(folder));
  } catch (error) {
    if (error instanceof Problem) throw error;
    return packPlugin(folder);
  }
}
