import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Permission } from '@proofpix/contract/permissions';
import { readManifest } from '@proofpix/scanner/read-manifest';
import { bundledPlugins } from './config.ts';

/** What works only with a server, its registered addresses and its connected accounts, or reaches out. */
const reachesOut: readonly Permission[] = ['http', 'webhooks', 'oauth'];

export type BundledPlugin = { id: string; folder: string; staysHere: boolean };

/** The plugins that come with ProofPix, in the order of their ids; `staysHere`: it asks for nothing that reaches out. */
export async function listBundledPlugins(): Promise<BundledPlugin[]> {
  const entries = await readdir(bundledPlugins, { withFileTypes: true });
  const found: BundledPlugin[] = [];
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    const folder = join(bundledPlugins, name);
    const bytes = await readFile(join(folder, 'manifest.json')).catch(() => null);
    if (bytes === null) continue;
    const { id, permissions = [] } = readManifest(bytes).manifest;
    found.push({ id, folder, staysHere: !permissions.some((each) => reachesOut.includes(each)) });
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}
