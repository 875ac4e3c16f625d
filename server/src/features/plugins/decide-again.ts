import type { Plugin } from '@proofpix/contract/api/plugins';
import { decidePermission } from '@proofpix/contract/policies';
import { withOrganisation } from '../../db/tenancy.ts';
import { policyInForce } from '../policies/policies-in-force.ts';
import { decideGrants } from './decide-grants.ts';
import { decidePermissions } from './decide-permissions.ts';
import type { InstallRequest } from './install-request.ts';
import type { PluginParts } from './parts.ts';
import { subjectOf } from './policy/policy-subject.ts';
import { findInstallation } from './queries.ts';

/**
 * Consent that comes with the very package that is installed is consent all the same: it was ignored once, and whoever had
 * refused a permission by it believed that it was gone. Null where nothing is decided otherwise than before.
 * @throws Problem grant_not_requested, policy_denied
 */
export async function decideAgain(
  parts: PluginParts,
  { organisationId, actor, grants, refused }: InstallRequest,
  pluginId: string,
): Promise<Plugin | null> {
  if (grants === undefined && refused === undefined) return null;
  const decided = await withOrganisation(parts.db, organisationId, async (tx) => {
    const before = await findInstallation(tx, pluginId);
    if (before === undefined) return null;
    const { policy } = await policyInForce(tx, organisationId);
    const subject = await subjectOf(tx, before, policy);
    const mayGrant = (permission: Parameters<typeof decidePermission>[2]) =>
      decidePermission(policy, subject, permission);
    const decisions = decideGrants(before.manifest, { grants, refused, willLoad: false, mayGrant }, before);
    const isSame = decisions.every(({ permission, decision }) =>
      before.permissions.some((row) => row.permission === permission && row.decision === decision),
    );
    return isSame ? null : decisions;
  });
  if (decided === null) return null;
  const named = (which: 'granted' | 'refused') =>
    decided.filter(({ decision }) => decision === which).map(({ permission }) => permission);
  return decidePermissions(parts, {
    organisationId,
    pluginId,
    actor,
    grants: named('granted'),
    refused: named('refused'),
  });
}
