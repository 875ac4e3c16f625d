import type { Device, EndedSession } from '@proofpix/contract/api/sessions';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import { describeDevice } from './describe-device.ts';
import { findReuses, findSessions } from './queries.ts';
import { requireSession } from './require-session.ts';

/** @throws Problem session_required */
export async function listSessions(db: Database, caller: Caller): Promise<{ items: Device[]; reused: EndedSession[] }> {
  requireSession(caller);
  const { userId } = caller;
  const { rows, ended } = await asSystem(db, 'sign-in', async (tx) => ({
    rows: await findSessions(tx, userId),
    ended: await findReuses(tx, userId),
  }));
  const items = rows.map((row): Device => ({
    id: row.id,
    kind: row.kind === 'cookie' ? 'browser' : 'program',
    ...describeDevice(row.user_agent),
    address: row.address,
    organisation: row.organisation_name,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    expiresAt: row.expires_at.toISOString(),
    current: row.id === caller.credentialId,
  }));
  const reused = ended.map((row) => ({
    id: row.id,
    ...describeDevice(row.user_agent),
    organisation: row.organisation_name,
    address: row.address,
    at: row.created_at.toISOString(),
  }));
  return { items, reused };
}
