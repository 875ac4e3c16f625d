import type { PluginRequest } from '@proofpix/contract/api/requests';
import { Problem } from '@proofpix/contract/errors';
import type { Permission } from '@proofpix/contract/permissions';
import { withOrganisation } from '../../db/tenancy.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';
import type { Marketplace } from '../marketplace/open-marketplace.ts';
import { decidePermissions } from '../plugins/decide-permissions.ts';
import { installPlugin } from '../plugins/install-plugin.ts';
import type { OpenPlugins } from '../plugins/open-plugins.ts';
import { findInstallation, type InstallationRow } from '../plugins/queries.ts';
import { found, showRequest, wrong } from './make-request.ts';
import { decideRequest, findRequest, reopenRequest, saveGiven, type Given, type RequestRow } from './queries.ts';

export type RequestParts = { plugins: OpenPlugins; marketplace: Pick<Marketplace, 'findRelease'> };
type By = { organisationId: string; id: string; author: Actor; actor: string; reason: string };

/**
 * Does what was asked for, as whoever approves: their name stands on the grant. Decided first, so that two admins do not
 * both do it; where it cannot be done, the request waits as before.
 * @throws Problem
 */
export async function approveRequest(
  parts: RequestParts,
  { permissions, expiresAt, ...by }: By & { permissions?: readonly Permission[]; expiresAt?: string },
): Promise<PluginRequest> {
  const { db } = parts.plugins;
  const { organisationId, id, author, actor, reason } = by;
  const until = expiresAt === undefined ? null : new Date(expiresAt);
  if (until !== null && until <= new Date()) throw wrong('/expiresAt', 'lies in the past');
  const { row, granted, before, gave } = await withOrganisation(db, organisationId, async (tx) => {
    const asked = await found(findRequest(tx, id));
    const more = permissions?.find((permission) => !asked.permissions.includes(permission));
    if (more !== undefined) throw wrong('/permissions', `${more} was not asked for`);
    const installed = await findInstallation(tx, asked.plugin_id);
    const grants = [...(permissions ?? asked.permissions)];
    const given = givenBy(asked, grants, installed);
    if (!(await decideRequest(tx, { id, state: 'approved', by: actor, reason, given, expiresAt: until })))
      throw new Problem('request_decided');
    await recordAct(tx, {
      organisationId,
      actor: author,
      act: 'request.approve',
      subject: { kind: 'request', id },
      reason,
      after: { kind: asked.kind, plugin: asked.plugin_id, permissions: grants, expiresAt: expiresAt ?? null },
    });
    return { row: asked, granted: grants, before: installed, gave: given };
  });
  try {
    await act(parts, by, row, granted, before);
  } catch (error) {
    await withOrganisation(db, organisationId, (tx) => reopenRequest(tx, id));
    throw error;
  }
  return withOrganisation(db, organisationId, async (tx) => {
    if (gave.updated !== undefined) {
      const now = await findInstallation(tx, row.plugin_id);
      await saveGiven(tx, id, { ...gave, updated: { ...gave.updated, to: now?.digest ?? null } });
    }
    return showRequest(await found(findRequest(tx, id)));
  });
}

export async function refuseRequest(
  { db }: Pick<OpenPlugins, 'db'>,
  { organisationId, id, author, actor, reason }: By,
): Promise<PluginRequest> {
  return withOrganisation(db, organisationId, async (tx) => {
    await found(findRequest(tx, id));
    if (!(await decideRequest(tx, { id, state: 'refused', by: actor, reason, given: null, expiresAt: null })))
      throw new Problem('request_decided');
    const subject = { kind: 'request', id };
    await recordAct(tx, { organisationId, actor: author, act: 'request.refuse', subject, reason });
    return showRequest(await found(findRequest(tx, id)));
  });
}

/** What was there before is nobody's to withdraw when the approval ends. */
function givenBy({ kind }: RequestRow, grants: readonly Permission[], before: InstallationRow | undefined): Given {
  const updates = kind !== 'permission' && before !== undefined;
  const had = (permission: Permission) =>
    before?.permissions.some((row) => row.permission === permission && row.decision === 'granted') === true;
  return {
    installed: kind === 'install' && before === undefined,
    permissions: grants.filter((each) => !had(each)),
    // Until it is done, and after a crash, nobody knows to what.
    ...(updates ? { updated: { from: before.digest, to: null } } : {}),
  };
}

async function act(
  { plugins, marketplace }: RequestParts,
  { organisationId, author }: By,
  { kind, plugin_id: pluginId, publisher, version }: RequestRow,
  grants: readonly Permission[],
  before: InstallationRow | undefined,
): Promise<void> {
  if (kind === 'permission') {
    if (!before) throw new Problem('plugin_not_found');
    const decided = (which: 'granted' | 'refused') =>
      before.permissions.filter(({ decision }) => decision === which).map(({ permission }) => permission);
    await decidePermissions(plugins, {
      organisationId,
      pluginId,
      actor: author,
      grants: [...new Set([...decided('granted'), ...grants])],
      refused: decided('refused').filter((permission) => !grants.includes(permission)),
    });
    return;
  }
  const wanted = { source: before?.source, publisher: publisher ?? '', pluginId, version: version ?? undefined };
  const release = await marketplace.findRelease(wanted);
  // What was not asked for is not granted with it; an update keeps what was decided before.
  await installPlugin(plugins, { ...release, organisationId, actor: author, grants, autoLoad: kind === 'install' });
}
