import { roles, type Role } from '@proofpix/contract/access';
import { Problem } from '@proofpix/contract/errors';
import type { Caller } from '../../http/bind.ts';

type Doer = Pick<Caller, 'access'>;

export function isWithin({ access }: Doer, role: Role): boolean {
  return roles[role].every((name) => access.has(name));
}

/**
 * Nobody gives a role that can do more than they can at this moment: an API token with `members:manage` alone would make
 * an admin of whoever stole it. Attacks: refuse-beyond.test.ts. @throws Problem access_denied
 */
export function refuseBeyond(caller: Doer, role: Role): void {
  const beyond = roles[role].filter((name) => !caller.access.has(name));
  if (beyond.length > 0) {
    throw new Problem('access_denied', `As ${role} they could do what you cannot: ${beyond.join(', ')}.`);
  }
}
