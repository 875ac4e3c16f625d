import type { Plugin } from '@proofpix/contract/api/plugins';
import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import { withOrganisation } from '../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { listEvents, listLogLines } from './history/queries.ts';
import type { PluginParts } from './parts.ts';
import { findInstallation, findReadme, listInstallations, type InstallationFilter } from './queries.ts';
import { showPlugin } from './show-plugin.ts';

type Parts = Pick<PluginParts, 'db' | 'capabilities'>;
type Named = { organisationId: string; pluginId: string };
type Paging = { cursor?: string | undefined; limit?: number | undefined };

export async function listPlugins(
  { db }: Pick<Parts, 'db'>,
  organisationId: string,
  query: InstallationFilter & Paging,
) {
  const after = decodeCursor(query.cursor);
  const size = query.limit ?? limits.pageDefault;
  const { rows, counted } = await withOrganisation(db, organisationId, (tx) =>
    listInstallations(tx, query, after, size),
  );
  return pageOf(rows, counted, size, {
    item: showPlugin,
    cursor: (row) => encodeCursor({ at: row.installed_at, id: row.id }),
  });
}

export async function readPlugin(
  { db }: Pick<Parts, 'db'>,
  { organisationId, pluginId }: Named,
): Promise<Plugin & { manifest: { readonly [key: string]: Json }; readme: string | null }> {
  return withOrganisation(db, organisationId, async (tx) => {
    const row = await findInstallation(tx, pluginId);
    if (!row) throw new Problem('plugin_not_found');
    const manifest = row.manifest as { readonly [key: string]: Json }; // a manifest is JSON
    return { ...showPlugin(row), manifest, readme: await findReadme(tx, row.id) };
  });
}

export async function listPluginEvents(parts: Parts, named: Named, query: Paging) {
  const after = decodeCursor(query.cursor);
  const size = query.limit ?? limits.pageDefault;
  const id = await flushed(parts, named);
  const { organisationId } = named;
  const { rows, counted } = await withOrganisation(parts.db, organisationId, (tx) =>
    listEvents(tx, { organisationId, id, after, limit: size }),
  );
  return pageOf(rows, counted, size, {
    item: ({ id: eventId, type, detail, actor, created_at }) => ({
      id: eventId,
      type,
      detail,
      actor,
      at: created_at.toISOString(),
    }),
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}

export async function listPluginLogs(parts: Parts, named: Named, query: Paging) {
  const after = decodeCursor(query.cursor);
  const size = query.limit ?? limits.pageDefault;
  const id = await flushed(parts, named);
  const { organisationId } = named;
  const { rows, counted } = await withOrganisation(parts.db, organisationId, (tx) =>
    listLogLines(tx, { organisationId, id, after, limit: size }),
  );
  return pageOf(rows, counted, size, {
    item: ({ id: lineId, level, message, created_at }) => ({
      id: lineId,
      level,
      message,
      at: created_at.toISOString(),
    }),
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}

/** The installation's id, once what the host saw of it is in the database. */
async function flushed({ db, capabilities }: Parts, { organisationId, pluginId }: Named): Promise<string> {
  const row = await withOrganisation(db, organisationId, (tx) => findInstallation(tx, pluginId));
  if (!row) throw new Problem('plugin_not_found');
  await capabilities.flush(row.id);
  return row.id;
}
