import { roles, type Access } from '@proofpix/contract/access';
import type { CallerRow } from './queries.ts';

/** What somebody's role has in their organisation, and the marks of those who run the server and who review for it. */
export function accessOf(row: Pick<CallerRow, 'role' | 'is_operator' | 'is_reviewer'>): ReadonlySet<Access> {
  const access = new Set<Access>(roles[row.role]);
  if (row.is_operator) access.add('server:operate');
  if (row.is_reviewer) access.add('submissions:review');
  return access;
}
