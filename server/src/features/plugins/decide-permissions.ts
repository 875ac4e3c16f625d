import type { Plugin } from '@proofpix/contract/api/plugins';
import { Problem } from '@proofpix/contract/errors';
import type { Permission } from '@proofpix/contract/permissions';
import { decidePermission } from '@proofpix/contract/policies';
import { withOrganisation } from '../../db/tenancy.ts';
import { policyInForce } from '../policies/policies-in-force.ts';
import { checkRequested, refuseDeniedGrants } from './decide-grants.ts';
import { insertEvents } from './history/queries.ts';
import { grantedOf } from './installations.ts';
import type { Actor, PluginParts } from './parts.ts';
import { findById, findInstallation, writeDecisions, type Decided } from './queries.ts';
import { showPlugin } from './show-plugin.ts';
import { subjectOf } from './policy/policy-subject.ts';
import { watchPoint } from './updates/queries.ts';
import { tellChanged } from './tell-changed.ts';
import { recordAct } from '../audit/record-act.ts';

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
      const { policy } = await policyInForce(tx, organisationId);
      const subject = await subjectOf(tx, found, policy);
      refuseDeniedGrants(grants, (permission) => decidePermission(policy, subject, permission));
      await watchPoint(tx, found.id, null);
      const decisions = found.permissions.map(({ permission }): Decided => {
        if (grants.includes(permission)) return { permission, decision: 'granted' };
        return { permission, decision: refused.includes(permission) ? 'refused' : 'pending' };
      });
      await writeDecisions(tx, { organisationId, id: found.id }, decisions, actor);
      const detail = Object.fromEntries(decisions.map(({ permission, decision }) => [permission, decision]));
      await insertEvents(tx, [{ organisationId, id: found.id, type: 'plugin:permissions-decided', detail, actor }]);
      await recordAct(tx, {
        organisationId,
        actor,
        act: 'plugin.decide-permissions',
        subject: { kind: 'plugin', id: pluginId },
        before: Object.fromEntries(found.permissions.map(({ permission, decision }) => [permission, decision])),
        after: detail,
      });
      return findById(tx, found.id);
    });
    if (!row) throw new Problem('plugin_not_found');
    parts.watch.end(row.id);
    const running = installations.known(row.id);
    if (running) {
      installations.setGrants(row.id, grantedOf(row.permissions));
      host.update(running);
    }
    tellChanged(parts, request, 'grants');
    return showPlugin(row, host);
  });
}
