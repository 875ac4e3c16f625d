import { Problem } from '@proofpix/contract/errors';
import type { Manifest } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import type { PolicyDecision } from '@proofpix/contract/policies';
import type { Decided, State } from './queries.ts';

type Before = { state: State; manifest: Manifest; permissions: readonly Decided[] };

/**
 * The decisions that an install or an update leads to. What was decided before stays; what the caller grants or refuses is
 * so; the rest waits for a decision.
 * @throws Problem grant_not_requested, grants_missing
 */
export function decideGrants(
  manifest: Manifest,
  wanted: {
    grants?: 'requested' | readonly Permission[] | undefined;
    refused?: readonly Permission[] | undefined;
    willLoad: boolean;
    /** Left out where nothing is granted yet. */
    mayGrant?: ((permission: Permission) => PolicyDecision) | undefined;
  },
  before?: Before,
): Decided[] {
  const asked = [...new Set(manifest.permissions)];
  const mayGrant = (permission: Permission) => wanted.mayGrant?.(permission).effect !== 'deny';
  // "All that it asks for" is all that may be granted; the rest is refused by the policy, not left open.
  const granted = wanted.grants === 'requested' ? asked.filter(mayGrant) : (wanted.grants ?? []);
  if (wanted.mayGrant) refuseDeniedGrants(granted, wanted.mayGrant);
  const { refused = [] } = wanted;
  checkRequested(manifest, [...granted, ...refused]);
  const both = granted.find((permission) => refused.includes(permission));
  if (both !== undefined) {
    throw new Problem('invalid_request', undefined, [{ field: 'refused', message: `${both} is granted and refused` }]);
  }
  const decisions = asked.map((permission): Decided => {
    if (granted.includes(permission)) return { permission, decision: 'granted' };
    if (refused.includes(permission)) return { permission, decision: 'refused' };
    if (wanted.grants === 'requested') return { permission, decision: 'refused' };
    return { permission, decision: before ? keptDecision(permission, manifest, before) : 'pending' };
  });
  const missing = decisions.filter(({ permission, decision }) => {
    if (decision !== 'pending') return false;
    // An update that asks for more waits for consent even when nothing is to be loaded: it must not slip in.
    return wanted.willLoad || (before !== undefined && asksForMore(permission, manifest, before));
  });
  if (missing.length > 0) throw grantsMissing(missing.map(({ permission }) => permission));
  return decisions;
}

/** @throws Problem policy_denied */
export function refuseDeniedGrants(
  granted: readonly Permission[],
  decide: (permission: Permission) => PolicyDecision,
): void {
  const fields = granted.flatMap((permission) => {
    const { effect, why } = decide(permission);
    return effect === 'deny' ? [{ field: `/permissions/${permission}`, message: why }] : [];
  });
  if (fields.length > 0) throw new Problem('policy_denied', fields.map(({ message }) => message).join(' '), fields);
}

/** @throws Problem grant_not_requested */
export function checkRequested(manifest: Manifest, named: readonly Permission[]): void {
  const unknown = named.filter((permission) => !manifest.permissions?.includes(permission));
  if (unknown.length > 0) {
    const fields = unknown.map((permission) => ({ field: 'grants', message: `${permission} is not asked for` }));
    throw new Problem('grant_not_requested', `Not asked for: ${unknown.join(', ')}.`, fields);
  }
}

export function grantsMissing(permissions: readonly Permission[]): Problem {
  const fields = permissions.map((permission) => ({
    field: `/permissions/${permission}`,
    message: 'needs a decision',
  }));
  return new Problem('grants_missing', `Missing: ${permissions.join(', ')}.`, fields);
}

function keptDecision(permission: Permission, manifest: Manifest, before: Before) {
  const old = before.permissions.find((row) => row.permission === permission);
  if (old === undefined || (old.decision === 'granted' && asksForMore(permission, manifest, before))) return 'pending';
  return old.decision;
}

/** A permission that is new, or http towards hosts that nobody has seen: more reach under an old consent. */
export function asksForMore(
  permission: Permission,
  manifest: Manifest,
  before: Pick<Before, 'manifest' | 'permissions'>,
): boolean {
  if (!before.permissions.some((row) => row.permission === permission)) return true;
  if (permission !== 'http') return false;
  return (manifest.hosts ?? []).some((host) => !before.manifest.hosts?.includes(host));
}
