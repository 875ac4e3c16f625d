import type { Role } from '@proofpix/contract/access';

export type RoleAct = {
  act: string;
  member: string;
  /** The role before a change or removal; null where it was not recorded. */
  before: Role | null;
  name: string | null;
  email: string | null;
  at: Date;
};

/** A role, or that of somebody whose removal was recorded without it. */
export type RoleThen = Role | 'not recorded';

/**
 * Who was a member with which role at a moment: what is there now, with what happened since undone, newest first. A
 * membership that nothing of the trail made (the first owner's) began when it was written.
 */
export function rolesAt(
  moment: Date,
  now: readonly { id: string; role: Role; created_at: Date }[],
  acts: readonly RoleAct[],
): Map<string, RoleThen> {
  const roles = new Map<string, RoleThen>(now.map(({ id, role }) => [id, role]));
  const undone = new Set<string>();
  for (const { act, member, before, at } of acts) {
    if (at < moment) break;
    undone.add(member);
    if (act === 'member.change-role' || act === 'member.remove') roles.set(member, before ?? 'not recorded');
    else roles.delete(member);
  }
  for (const { id, created_at: since } of now) if (since >= moment && !undone.has(id)) roles.delete(id);
  return roles;
}
