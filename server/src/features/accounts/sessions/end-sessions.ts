import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../../db/database.ts';
import { asSystem, type Tx } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import { actorOf, recordAct, type Actor } from '../../audit/record-act.ts';
import { requireSession } from './require-session.ts';
import { deleteApiTokensOf, deleteBegun, deleteSessions, type Ended } from './queries.ts';

/**
 * Ends all sessions of a person in all their organisations at once, but for the one that is excepted; with `tokens` their
 * API tokens too. Each organisation's trail says how many. Gives the number of sessions.
 */
export async function endSessions(
  tx: Tx,
  given: { userId: string; actor: Actor; reason: string; except?: string; tokens?: boolean },
): Promise<number> {
  const { userId, actor, reason, except, tokens = false } = given;
  const sessions = await deleteSessions(tx, { userId, except });
  const apiTokens = tokens ? await deleteApiTokensOf(tx, userId) : [];
  await deleteBegun(tx, userId);
  for (const organisationId of new Set([...sessions, ...apiTokens].map((row) => row.organisation_id))) {
    const here = (rows: readonly Ended[]) => rows.filter((row) => row.organisation_id === organisationId).length;
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'session.end',
      subject: { kind: 'member', id: userId },
      reason,
      before: { sessions: here(sessions), ...(tokens ? { apiTokens: here(apiTokens) } : {}) },
    });
  }
  return sessions.length;
}

/** @throws Problem session_not_found, session_required */
export async function endSession(db: Database, caller: Caller, id: string): Promise<void> {
  requireSession(caller);
  await asSystem(db, 'sign-in', async (tx) => {
    const [ended] = await deleteSessions(tx, { userId: caller.userId, id });
    if (ended === undefined) throw new Problem('session_not_found');
    await recordAct(tx, {
      organisationId: ended.organisation_id,
      actor: actorOf(caller),
      act: 'session.end',
      subject: { kind: 'session', id },
    });
  });
}

/** Signs out everywhere but here. @throws Problem session_required */
export async function endOtherSessions(db: Database, caller: Caller): Promise<number> {
  requireSession(caller);
  const given = { userId: caller.userId, actor: actorOf(caller), reason: 'signed out everywhere' };
  return asSystem(db, 'sign-in', (tx) => endSessions(tx, { ...given, except: caller.credentialId }));
}

/** The session that asks. An API token has none: nothing happens. */
export async function signOut(db: Database, caller: Caller): Promise<void> {
  await asSystem(db, 'sign-in', async (tx) => {
    const [ended] = await deleteSessions(tx, { userId: caller.userId, id: caller.credentialId });
    if (ended === undefined) return;
    await recordAct(tx, {
      organisationId: ended.organisation_id,
      actor: actorOf(caller),
      act: 'sign-out',
      subject: { kind: 'session', id: ended.id },
    });
  });
}
