import type { Plugin } from '@proofpix/contract/api/plugins';
import { Problem } from '@proofpix/contract/errors';
import type { Permission } from '@proofpix/contract/permissions';
import { withOrganisation } from '../../db/tenancy.ts';
import { checkRequested } from './decide-grants.ts';
import { insertEvents } from './history/queries.ts';
import { grantedOf } from './installations.ts';
import type { Actor, PluginParts } from './parts.ts';
import { findById, findInstallation, writeDecisions, type Decided } from './queries.ts';
import { showPlugin } from './show-plugin.ts';

type Request = {
  organisationId: string;
  pluginId: string;
  actor: Actor;
  grants: readonly Permission[];
  refused: readonly Permission[];
};

/** Decides on every permission anew. The very next host call of a running plugin is judged by it. */
export async function decidePermissions(parts: PluginParts, request: Request): Promise<Plugin> {
  const { organisationId, pluginId, actor, grants, refused } = request;
  const { db, host, installations } = parts;
  const both = grants.find((permission) => refused.includes(permission));
  if (both !== undefined) {
    throw new Problem('invalid_request', undefined, [{ field: '/refused', message: `${both} is granted and refused` }]);
  }
  return installations.locked(organisationId, pluginId, async () => {
    const row = await withOrganisation(db, organisationId, async (tx) => {
      const found = await findInstallation(tx, pluginId);
      if (!found) throw new Problem('plugin_not_found');
      checkRequested(found.manifest, [...grants, ...refused]);
      const decisions = found.permissions.map(({ permission }): Decided => {
        if (grants.includes(permission)) return { permission, decision: 'granted' };
        return { permission, decision: refused.includes(permission) ? 'refused' : 'pending' };
      });
      await writeDecisions(tx, { organisationId, id: found.id }, decisions, actor);
      const detail = Object.fromEntries(decisions.map(({ permission, decision }) => [permission, decision]));
      await insertEvents(tx, [{ organisationId, id: found.id, type: 'plugin:permissions-decided', detail, actor }]);
      return findById(tx, found.id);
    });
    if (!row) throw new Problem('plugin_not_found');
    const running = installations.known(row.id);
    if (running) {
      installations.setGrants(row.id, grantedOf(row.permissions));
      host.update(running);
    }
    return showPlugin(row, host);
  });
}
