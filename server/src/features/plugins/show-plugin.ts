import type { Plugin } from '@proofpix/contract/api/plugins';
import { authorName } from '@proofpix/contract/manifest';
import type { InstallationRow } from './queries.ts';

/** A row as the API shows it. */
export function showPlugin(row: InstallationRow): Plugin {
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
    development: row.development,
    digest: row.digest,
    archiveDigest: row.archive_digest,
    size: Number(row.size),
    permissions: row.permissions.map(({ permission, decision, decided_at }) => ({
      permission,
      decision,
      // Times inside JSON of the database come as text in its own form.
      decidedAt: decided_at === null ? null : new Date(decided_at).toISOString(),
    })),
    hooks: row.hooks.map(({ hook, priority }) => ({ hook, priority })),
    hosts: manifest.hosts ?? [],
    warnings: row.warnings,
    installedAt: row.installed_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    loadedAt: row.loaded_at?.toISOString() ?? null,
  };
}
