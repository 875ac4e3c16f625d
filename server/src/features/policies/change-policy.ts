import type { AuditAct } from '@proofpix/contract/audit';
import type { PolicyReply } from '@proofpix/contract/api/policies';
import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { policyErrors, usualPolicy, type Policy } from '@proofpix/contract/policies';
import { withOrganisation, type Tx } from '../../db/tenancy.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';
import type { OpenPlugins } from '../plugins/open-plugins.ts';
import { enforcePolicy } from '../plugins/policy/enforce-policy.ts';
import { findPolicy, lockPolicy, savePolicy, type PolicyRow } from './queries.ts';

type By = { organisationId: string; actor: Actor };

export async function readPolicy({ db }: Pick<OpenPlugins, 'db'>, organisationId: string): Promise<PolicyReply> {
  return show(await withOrganisation(db, organisationId, (tx) => findPolicy(tx, organisationId)));
}

/**
 * Replaces the policy, and brings what is installed in line with it before it answers. What it denies is unloaded and
 * marked, never deleted.
 * @throws Problem invalid_request, policy_changed
 */
export async function setPolicy(
  parts: OpenPlugins,
  { policy, revision, ...by }: By & { policy: Policy; revision?: number | undefined },
): Promise<PolicyReply> {
  checkPolicyText(policy);
  return change(parts, by, async (before) => {
    if (revision !== undefined && revision !== (before?.revision ?? 0)) throw new Problem('policy_changed');
    return {
      policy,
      stop: before?.stop ?? null,
      act: 'policy.change',
      before: { policy: before?.policy ?? usualPolicy },
      after: { policy },
    };
  });
}

/** One act: nothing of the organisation runs any more when this answers, and nothing is loaded until it is lifted. */
export async function stopAll(parts: OpenPlugins, { reason, ...by }: By & { reason: string }): Promise<PolicyReply> {
  return change(parts, by, async (before) => ({
    policy: before?.policy ?? usualPolicy,
    stop: { reason, at: new Date() },
    act: 'plugin.stop-all',
    reason,
    before: { stop: before?.stop?.reason ?? null },
    after: { stop: reason },
  }));
}

/** What ran before runs again, unless the policy denies it. */
export async function liftStop(parts: OpenPlugins, { reason, ...by }: By & { reason: string }): Promise<PolicyReply> {
  return change(parts, by, async (before) => ({
    policy: before?.policy ?? usualPolicy,
    stop: null,
    act: 'plugin.lift-stop',
    reason,
    before: { stop: before?.stop?.reason ?? null },
    after: { stop: null },
  }));
}

type Change = {
  policy: Policy;
  stop: { reason: string; at: Date } | null;
  act: AuditAct;
  reason?: string;
  before: { readonly [name: string]: Json };
  after: { readonly [name: string]: Json };
};

async function change(
  parts: OpenPlugins,
  { organisationId, actor }: By,
  decide: (before: PolicyRow | null, tx: Tx) => Promise<Change>,
): Promise<PolicyReply> {
  const by = actor.kind === 'member' ? actor.id : null;
  const row = await withOrganisation(parts.db, organisationId, async (tx) => {
    // Alone: what is being installed at this moment is there when this is enforced, or is decided on by the new policy.
    await lockPolicy(tx, organisationId, 'alone');
    const { policy, stop, act, ...told } = await decide(await findPolicy(tx, organisationId), tx);
    const saved = await savePolicy(tx, { organisationId, policy, actor: by, stop: stop && { ...stop, by } });
    await recordAct(tx, { organisationId, actor, act, subject: { kind: 'policy', id: organisationId }, ...told });
    return saved;
  });
  parts.policies.set(organisationId, row);
  await enforcePolicy(parts, organisationId);
  return show(row);
}

/** @throws Problem invalid_request with the fields */
export function checkPolicyText(policy: Policy): void {
  const wrong = policyErrors(policy).map(({ field, message }) => ({ field: `/policy${field}`, message }));
  if (wrong.length > 0) throw new Problem('invalid_request', undefined, wrong);
}

function show(row: PolicyRow | null): PolicyReply {
  return {
    policy: row?.policy ?? usualPolicy,
    revision: row?.revision ?? 0,
    updatedAt: row?.updatedAt.toISOString() ?? null,
    stop: row?.stop ? { reason: row.stop.reason, at: row.stop.at.toISOString() } : null,
  };
}
