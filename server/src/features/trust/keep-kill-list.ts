import type { KillRecord } from '@proofpix/contract/api/trust';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { killValuePatterns, type KillKind } from '@proofpix/contract/trust';
import { isKillValue } from '@proofpix/signatures/kill-list';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Log } from '../../log.ts';
import { noteKillEntry } from '../takedowns/note-takedown.ts';
import { reservedNames } from './keep-keys.ts';
import type { Trust } from './open-trust.ts';
import { countStanding, insertKill, liftKill, listKillEntries, type KillRow } from './queries.ts';
import { timeOf } from './read-time.ts';
import { recordAct, userOf, type Actor } from '../audit/record-act.ts';

type Parts = { db: Database; trust: Trust; log: Log };
type Wanted = { kind: KillKind; value: string; reason: string; from?: string | undefined };

/**
 * Puts something on the kill list. What it names has ended on this server when it returns, unless its time is still to come.
 * @throws Problem kill_entry_exists, invalid_request
 */
export async function addKill({ trust, log }: Parts, wanted: Wanted, actor: Actor): Promise<KillRecord> {
  const { kind, value, reason } = wanted;
  if (!isKillValue(kind, value)) {
    const message = `must be a ${kind}, like ${killValuePatterns[kind]}`;
    throw new Problem('invalid_request', undefined, [{ field: '/value', message }]);
  }
  // One slip would end every upload of every organisation, or all that came with the server.
  if (kind === 'publisher' && reservedNames.has(value)) {
    const message = 'stands for all uploads, or for all that came with this server: name the plugin, version or digest';
    throw new Problem('invalid_request', undefined, [{ field: '/value', message }]);
  }
  const from = timeOf('/from', wanted.from);
  const row = await trust.change(async (tx) => {
    // What clients would refuse to read would protect nobody.
    if ((await countStanding(tx)) >= limits.killEntries) {
      throw new Problem('invalid_request', 'The kill list is full: lift entries that nobody needs any more.');
    }
    const inserted = await insertKill(tx, { kind, value, reason, from, actor });
    if (inserted === null) throw new Problem('kill_entry_exists');
    await noteKillEntry(tx, { id: inserted.id, kind, value, reason });
    await recordAct(tx, {
      organisationId: null,
      actor,
      act: 'kill-list.add',
      subject: { kind: 'kill-entry', id: inserted.id },
      reason,
      after: { kind, value, from: from.toISOString() },
    });
    return inserted;
  });
  log.warn({ kind, value, reason, actor: userOf(actor) }, 'something was put on the kill list');
  return show(row);
}

/** Lifts an entry. What it named stays unloaded until somebody loads it. @throws Problem kill_entry_not_found */
export async function liftEntry(
  { trust, log }: Parts,
  lift: { id: string; reason: string; actor: Actor },
): Promise<KillRecord> {
  const row = await trust.change(async (tx) => {
    const lifted = await liftKill(tx, lift);
    if (lifted === null) throw new Problem('kill_entry_not_found');
    await recordAct(tx, {
      organisationId: null,
      actor: lift.actor,
      act: 'kill-list.lift',
      subject: { kind: 'kill-entry', id: lift.id },
      reason: lift.reason,
      before: { kind: lifted.kind, value: lifted.value, reason: lifted.reason },
    });
    return lifted;
  });
  log.warn(
    { kind: row.kind, value: row.value, ...lift, actor: userOf(lift.actor) },
    'an entry of the kill list was lifted',
  );
  return show(row);
}

export async function listKills({ db }: Pick<Parts, 'db'>): Promise<KillRecord[]> {
  const rows = await asSystem(db, 'trust', (tx) => listKillEntries(tx, limits.killEntries));
  return rows.map(show);
}

function show(row: KillRow): KillRecord {
  return {
    id: row.id,
    kind: row.kind,
    value: row.value,
    reason: row.reason,
    from: row.valid_from.toISOString(),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    liftedBy: row.lifted_by,
    liftedAt: row.lifted_at?.toISOString() ?? null,
    liftReason: row.lift_reason,
  };
}
