import type { FailedMail } from '@proofpix/contract/api/mails';
import { Problem } from '@proofpix/contract/errors';
import { asSystem } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import type { Keys } from '../../keys.ts';
import { nobody } from '../../queue.ts';
import { actorOf, recordAct } from '../audit/record-act.ts';
import type { Mail } from './mail.ts';
import type { MailParts } from './parts.ts';
import { findFailed, listFailed, reviveMail, type FailedRow } from './queries.ts';
import { openStoredMail } from './send-mail.ts';

export async function readFailedMails({ db, keys }: Pick<MailParts, 'db' | 'keys'>): Promise<FailedMail[]> {
  const rows = await asSystem(db, 'send-mail', (tx) => listFailed(tx));
  return rows.map((row) => shown(row, read(keys, row)));
}

/** It begins anew, as if it had never been tried. @throws Problem mail_not_found, mail_expired */
export async function retryMail(
  { db, queue }: Pick<MailParts, 'db' | 'queue'>,
  caller: Caller,
  id: string,
): Promise<void> {
  await asSystem(db, 'send-mail', async (tx) => {
    const row = await findFailed(tx, id);
    if (row === undefined) throw new Problem('mail_not_found');
    if (isOver(row)) throw new Problem('mail_expired');
    if (!(await reviveMail(tx, id))) throw new Problem('mail_not_found'); // somebody else was quicker
    await queue.send(tx, 'mail', { organisationId: nobody, id });
    await recordAct(tx, {
      organisationId: null,
      actor: actorOf(caller),
      act: 'mail.retry',
      subject: { kind: 'mail', id },
      before: { failure: row.failure, response: row.response },
    });
  });
}

/** One whose key is gone is listed all the same: it was not sent. */
function read(keys: Keys, { id, content }: FailedRow): Mail | null {
  try {
    return openStoredMail(keys, id, content);
  } catch {
    return null;
  }
}

function isOver({ expires_at }: FailedRow): boolean {
  return expires_at.getTime() <= Date.now();
}

/** Never the message: its token is as good as a password. Attack: failed-mails.test.ts. */
function shown(row: FailedRow, mail: Mail | null): FailedMail {
  return {
    id: row.id,
    kind: mail?.message.kind ?? null,
    to: mail?.to ?? null,
    failure: row.failure ?? 'unknown',
    response: row.response,
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
    givenUpAt: (row.given_up_at ?? row.created_at).toISOString(),
    expired: isOver(row),
  };
}
