import type { Plugin, PluginCircuit } from '@proofpix/contract/api/plugins';
import { authorName } from '@proofpix/contract/manifest';
import type { Host } from '@proofpix/host/host';
import type { InstallationRow } from './queries.ts';
import { markOf } from './trust/admit-package.ts';

/** A row as the API shows it, with what only the host knows. */
export function showPlugin(row: InstallationRow, host: Pick<Host, 'state'>): Plugin {
  const { manifest } = row;
  return {
    id: row.plugin_id,
    publisher: row.publisher,
    source: row.source,
    name: manifest.name,
    version: row.version,
    description: manifest.description,
    author: authorName(manifest),
    type: manifest.type,
    category: manifest.category,
    state: row.state,
    stateReason: row.state_reason,
    circuit: circuitOf(host, row.id),
    development: row.development,
    digest: row.digest,
    archiveDigest: row.archive_digest,
    size: Number(row.size),
    icon: row.icon?.slice(0, 16) ?? null,
    permissions: row.permissions.map(({ permission, decision, decided_at }) => ({
      permission,
      decision,
      // Times inside JSON of the database come as text in its own form.
      decidedAt: decided_at === null ? null : new Date(decided_at).toISOString(),
    })),
    hooks: row.hooks.map(({ hook, priority }) => ({ hook, priority })),
    hosts: manifest.hosts ?? [],
    exportFormats: manifest.exportFormats ?? [],
    configurable: Object.keys(manifest.configSchema?.properties ?? {}).length > 0,
    warnings: row.warnings,
    signature: markOf(row),
    killed: row.killed,
    denied: row.denied,
    installedAt: row.installed_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    loadedAt: row.loaded_at?.toISOString() ?? null,
  };
}

/** Whether calls reach the plugin. One that the host does not know is closed: nothing rests. */
export function circuitOf(host: Pick<Host, 'state'>, installationId: string): PluginCircuit {
  const known = host.state(installationId);
  if (!known || known.circuit === 'closed') return { state: 'closed', reason: null, retryAt: null };
  const { circuit, reason, retryAt } = known;
  // Without a time it is not tried again by itself.
  const state = circuit === 'open' && retryAt === null ? 'disabled' : circuit;
  return { state, reason, retryAt: retryAt?.toISOString() ?? null };
}
