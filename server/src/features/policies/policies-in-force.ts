import { Problem } from '@proofpix/contract/errors';
import { decidePackage, usualPolicy, type Policy, type PolicySubject } from '@proofpix/contract/policies';
import type { Tx } from '../../db/tenancy.ts';
import { findPolicy, lockPolicy } from './queries.ts';

/** `stop`: why nothing of the organisation runs; null while it may. */
export type InForce = { policy: Policy; stop: { reason: string } | null; revision: number };

/** Kept in memory, because the host asks at every host call: a change holds for the very next one. */
export type Policies = {
  of(organisationId: string): InForce;
  /** An older one than what is known is left out: two changes may be told of in either order. */
  set(organisationId: string, inForce: InForce): void;
};

export const nothingDecided: InForce = { policy: usualPolicy, stop: null, revision: 0 };

export function createPolicies(): Policies {
  const known = new Map<string, InForce>();
  return {
    of: (organisationId) => known.get(organisationId) ?? nothingDecided,
    set(organisationId, inForce) {
      if (inForce.revision > (known.get(organisationId)?.revision ?? 0)) known.set(organisationId, inForce);
    },
  };
}

/** What holds until the transaction ends: a change waits for it, or was before it. */
export async function policyInForce(tx: Tx, organisationId: string): Promise<InForce> {
  await lockPolicy(tx, organisationId, 'shared');
  return (await findPolicy(tx, organisationId)) ?? nothingDecided;
}

export function stopSentence(reason: string): string {
  return `All plugins are stopped: ${reason}`;
}

/** Why the package may not run, or null. */
export function denialOf({ policy, stop }: InForce, subject: PolicySubject): Problem | null {
  // What is stopped and denied is denied for good: lifting the stop would not help.
  const { effect, why } = decidePackage(policy, subject);
  if (effect === 'deny') return new Problem('policy_denied', why);
  return stop === null ? null : new Problem('plugins_stopped', stopSentence(stop.reason));
}

/** `loads`: it is to run. A stop keeps nothing from being installed, only from running. @throws Problem policy_denied, plugins_stopped */
export function refuseDenied(inForce: InForce, subject: PolicySubject, { loads }: { loads: boolean }): void {
  const denial = denialOf(inForce, subject);
  if (denial !== null && (loads || denial.code === 'policy_denied')) throw denial;
}
