import type { Access } from '@proofpix/contract/access';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import { networkOf } from '../../../http/network-of.ts';
import { accessOf } from '../access-of.ts';
import { findTokenCaller, touchToken, type TokenCallerRow } from './queries.ts';

/** What an API token begins with: nothing else is looked up among them. */
export const tokenPrefix = 'ppx_';

/** How often the last use is written, and how much of the address is kept: enough to notice a stranger. */
const touchMilliseconds = 60_000;
const keptBits = { ipv4: 24, ipv6: 48 };

type From = { address: string; requestId: string };

/** Who calls with an API token, or null. */
export async function tokenCaller(db: Database, hash: Uint8Array, from: From): Promise<Caller | null> {
  const row = await findTokenCaller(db, { hash });
  if (row === undefined) return null;
  if (row.last_used_at === null || Date.now() - row.last_used_at.getTime() > touchMilliseconds) {
    await asSystem(db, 'sign-in', (tx) => touchToken(tx, row.id, networkOf(from.address, keptBits)));
  }
  return callerOf(row, from);
}

/** Who they are by now, for what goes on longer than a request; null once the token has ended. */
export async function tokenCallerAgain(db: Database, id: string, from: From): Promise<Caller | null> {
  const row = await findTokenCaller(db, { id });
  return row === undefined ? null : callerOf(row, from);
}

/** What the token names, and the role of its maker still has at this moment. */
function callerOf(row: TokenCallerRow, from: From): Caller {
  const named = new Set(row.access);
  // Whose token it is can be asked; what changes an account asks for a session itself.
  if (named.has('signed-in')) named.add('own-account');
  const now: ReadonlySet<Access> = row.second_factor_missing ? new Set<Access>(['own-account']) : accessOf(row);
  const access = new Set([...now].filter((name) => named.has(name)));
  return {
    userId: row.user_id,
    organisationId: row.organisation_id,
    role: row.role,
    plan: row.plan,
    access,
    byProvider: false,
    secondFactorMissing: row.second_factor_missing,
    operator: access.has('server:operate'),
    credential: 'api_token',
    credentialId: row.id,
    ...from,
  };
}
