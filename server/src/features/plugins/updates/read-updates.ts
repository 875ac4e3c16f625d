import type { PluginUpdates, RestorePoint } from '@proofpix/contract/api/updates';
import { Problem } from '@proofpix/contract/errors';
import type { UpdateMode } from '@proofpix/contract/policies';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import { recordAct, type Actor as Author } from '../../audit/record-act.ts';
import type { PluginParts } from '../parts.ts';
import { findInstallation, type InstallationRow } from '../queries.ts';
import { judgeUpdates } from './judge-updates.ts';
import { findSettings, listPoints, saveSettings, watchPoint } from './queries.ts';
import { refuseObstacles } from './roll-back.ts';

type Named = { organisationId: string; pluginId: string };
type Parts = Pick<PluginParts, 'db' | 'trust'>;

async function named(tx: Tx, pluginId: string): Promise<InstallationRow> {
  const row = await findInstallation(tx, pluginId);
  if (!row) throw new Problem('plugin_not_found');
  return row;
}

export async function readUpdates(parts: Parts, { organisationId, pluginId }: Named): Promise<PluginUpdates> {
  return withOrganisation(parts.db, organisationId, async (tx) => show(parts, tx, await named(tx, pluginId)));
}

/** @throws Problem invalid_request for a pin to something else than what is installed */
export async function setUpdates(
  parts: Parts & Pick<PluginParts, 'watch'>,
  {
    organisationId,
    pluginId,
    author,
    mode,
    pin,
  }: Named & { author: Author; mode: UpdateMode | null; pin: string | null },
): Promise<PluginUpdates> {
  const { shown, id } = await withOrganisation(parts.db, organisationId, async (tx) => {
    const row = await named(tx, pluginId);
    if (pin !== null && pin !== row.version) {
      const message = `is not the version that is installed (${row.version}): install it first`;
      throw new Problem('invalid_request', undefined, [{ field: '/pin', message }]);
    }
    const before = await findSettings(tx, row.id);
    const actor = author.kind === 'member' ? author.id : null;
    await saveSettings(tx, { organisationId, installationId: row.id }, { mode, pin, actor });
    // Whoever pins a version wants it to stay, whatever it does.
    if (pin !== null) await watchPoint(tx, row.id, null);
    await recordAct(tx, {
      organisationId,
      actor: author,
      act: 'plugin.update-rules',
      subject: { kind: 'plugin', id: pluginId },
      before: { mode: before.mode, pin: before.pin },
      after: { mode, pin },
    });
    return { shown: await show(parts, tx, row), id: row.id };
  });
  if (pin !== null) parts.watch.end(id);
  return shown;
}

async function show(parts: Parts, tx: Tx, row: InstallationRow): Promise<PluginUpdates> {
  const { settings, rules, dangerous, newer } = await judgeUpdates(parts, tx, row);
  const { mode, pin, waiting, failed } = settings;
  return {
    mode,
    pin,
    organisation: rules,
    dangerous,
    newer: newer.map(({ version, since, installs, why }) => ({ version, since: since.toISOString(), installs, why })),
    waiting,
    wentBack: failed && { ...failed, at: failed.at?.toISOString() ?? null },
  };
}

export async function listRestorePoints(
  parts: Parts,
  { organisationId, pluginId }: Named,
): Promise<{ items: RestorePoint[] }> {
  return withOrganisation(parts.db, organisationId, async (tx) => {
    const row = await named(tx, pluginId);
    const items: RestorePoint[] = [];
    for (const point of await listPoints(tx, row.id)) {
      const { watched_until: watchedUntil } = point;
      items.push({
        id: point.id,
        reason: point.reason,
        version: point.version,
        digest: point.digest,
        permissions: point.permissions.flatMap((each) => (each.decision === 'granted' ? [each.permission] : [])),
        configured: Object.keys(point.config).length + point.secrets_set.length,
        values: Number(point.values ?? 0),
        bytes: Number(point.bytes ?? 0),
        at: point.created_at.toISOString(),
        watchedUntil: watchedUntil !== null && watchedUntil > new Date() ? watchedUntil.toISOString() : null,
        obstacle: await obstacleOf(() => refuseObstacles(parts, tx, row, point, organisationId)),
      });
    }
    return { items };
  });
}

async function obstacleOf(ask: () => Promise<void>): Promise<{ code: string; message: string } | null> {
  try {
    await ask();
    return null;
  } catch (error) {
    if (error instanceof Problem) return { code: error.code, message: error.message };
    throw error;
  }
}
