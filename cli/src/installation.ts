import { readFile, stat } from 'node:fs/promises';
import { packPlugin } from '@proofpix/pack/pack-plugin';
import { readPackage } from '@proofpix/scanner/read-package';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { manifestHooks } from '@proofpix/contract/manifest';
import { withDefaults } from '@proofpix/contract/config-schema';
import type { Permission } from '@proofpix/contract/permissions';
import type { Installation } from '@proofpix/host/capabilities';

/** The one organisation of a run on the command line. */
export const localOrganisation = 'local';

/**
 * An installation of a plugin on disk: a folder is packed first, an archive is taken as it is, and both go through the
 * intake of the server. Whoever names a plugin on their own command line grants what it asks for.
 */
export async function installLocally(path: string, position: number): Promise<Installation> {
  const plugin = await readPackage(await archiveOf(path));
  const { manifest } = plugin;
  const granted = new Set<Permission>(manifest.permissions);
  const config = manifest.configSchema === undefined ? {} : (withDefaults(manifest.configSchema, {}) ?? {});
  return {
    id: `${localOrganisation}/${manifest.id}`,
    organisationId: localOrganisation,
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

async function archiveOf(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new Problem('file_missing', `${path} does not exist.`);
  if (found.isDirectory()) return (await packPlugin(path)).archive;
  if (found.size > limits.packageBytes) throw new Problem('package_too_large', path);
  return readFile(path);
}
