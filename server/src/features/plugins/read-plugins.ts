import type { Plugin } from '@proofpix/contract/api/plugins';
import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { LimitInForce } from '@proofpix/contract/receipts';
import { withOrganisation } from '../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { listEvents, listLogLines } from './history/queries.ts';
import { limitsInForce } from './limits/organisation-limits.ts';
import type { PluginParts } from './parts.ts';
import { findInstallation, findReadme, listInstallations, type InstallationFilter } from './queries.ts';
import { showPlugin } from './show-plugin.ts';

type Parts = Pick<PluginParts, 'db' | 'capabilities' | 'host' | 'limits'>;
type Named = { organisationId: string; pluginId: string };
type Paging = { cursor?: string | undefined; limit?: number | undefined };

export async function listPlugins(
  { db, host }: Pick<Parts, 'db' | 'host'>,
  organisationId: string,
  query: InstallationFilter & Paging,
) {
  const after = decodeCursor(query.cursor);
  const size = query.limit ?? limits.pageDefault;
  const { rows, counted } = await withOrganisation(db, organisationId, (tx) =>
    listInstallations(tx, query, after, size),
  );
  return pageOf(rows, counted, size, {
    item: (row) => showPlugin(row, host),
    cursor: (row) => encodeCursor({ at: row.installed_at, id: row.id }),
  });
}

export async function readPlugin(
  { db, host, limits: pluginLimits }: Pick<Parts, 'db' | 'host' | 'limits'>,
  { organisationId, pluginId }: Named,
): Promise<Plugin & { manifest: { readonly [key: string]: Json }; readme: string | null; limits: LimitInForce[] }> {
  return withOrganisation(db, organisationId, async (tx) => {
    const row = await findInstallation(tx, pluginId);
    if (!row) throw new Problem('plugin_not_found');
    const manifest = row.manifest as { readonly [key: string]: Json }; // a manifest is JSON
    const inForce = limitsInForce(row.manifest, pluginLimits, organisationId);
    return { ...showPlugin(row, host), manifest, readme: await findReadme(tx, row.id), limits: inForce };
  });
}

/** `seesViolations`: whether whoever asks may know what was refused, or hostile. */
export async function listPluginEvents(
  parts: Pick<Parts, 'db' | 'capabilities'>,
  { seesViolations = false, ...named }: Named & { seesViolations?: boolean },
  query: Paging,
) {
  const after = decodeCursor(query.cursor);
  const size = query.limit ?? limits.pageDefault;
  const id = await flushed(parts, named);
  const { organisationId } = named;
  const { rows, counted } = await withOrganisation(parts.db, organisationId, (tx) =>
    listEvents(tx, { organisationId, id, after, limit: size, violations: seesViolations }),
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

export async function listPluginLogs(parts: Pick<Parts, 'db' | 'capabilities'>, named: Named, query: Paging) {
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
async function flushed(
  { db, capabilities }: Pick<Parts, 'db' | 'capabilities'>,
  { organisationId, pluginId }: Named,
): Promise<string> {
  const row = await withOrganisation(db, organisationId, (tx) => findInstallation(tx, pluginId));
  if (!row) throw new Problem('plugin_not_found');
  await capabilities.flush(row.id);
  return row.id;
}
