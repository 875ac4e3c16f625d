import { asSystem } from '../../db/tenancy.ts';
import type { Keys } from '../../keys.ts';
import { nobody } from '../../queue.ts';
import { composeMail } from './compose-mail.ts';
import type { Mail } from './mail.ts';
import type { MailParts } from './parts.ts';
import { claimMail, deleteMail, findClaim, giveUp, releaseMail } from './queries.ts';

/** Longer than a mail server may take for one mail. */
const claimMilliseconds = 10 * 60_000;
const seconds = 1_000;
const minutes = 60 * seconds;
/** How long to wait after the first, second, … attempt: a mail server that is down for a morning loses nothing. */
const waits = [10 * seconds, minutes, 5 * minutes, 30 * minutes, 2 * 60 * minutes, 4 * 60 * minutes];

type Parts = Pick<MailParts, 'db' | 'keys' | 'queue' | 'log' | 'transport' | 'ownUrl'>;

export function sealMail(keys: Keys, id: string, mail: Mail): Uint8Array {
  return keys.seal(Buffer.from(JSON.stringify(mail)), purpose(id));
}

export function openStoredMail(keys: Keys, id: string, content: Uint8Array): Mail {
  return JSON.parse(Buffer.from(keys.open(content, purpose(id))).toString()) as Mail; // what was sealed above
}

function purpose(id: string): string {
  return `mail\n${id}`;
}

/**
 * One attempt. What was handed over is deleted, so that a job which comes again finds nothing to send. Only a server that
 * dies between the two sends a mail again: with the same Message-ID, by which the receiver knows it.
 */
export async function sendMail(parts: Parts, id: string): Promise<void> {
  const { db, keys, log, transport, ownUrl } = parts;
  const claimed = await asSystem(db, 'send-mail', (tx) => claimMail(tx, id, new Date(Date.now() + claimMilliseconds)));
  if (claimed === undefined) return waitForClaim(parts, id);
  try {
    await transport.deliver(id, composeMail(openStoredMail(keys, id, claimed.content), ownUrl()));
  } catch (error) {
    const reason = reasonOf(error);
    const wait = reason.final ? undefined : waits[claimed.attempts - 1];
    if (wait === undefined) {
      log.error({ mail: id, attempts: claimed.attempts, ...reason }, 'a mail could not be sent and is given up');
      const why = { failure: reason.reason.slice(0, 100), response: reason.response ?? null };
      await asSystem(db, 'send-mail', (tx) => giveUp(tx, id, why));
      return;
    }
    log.warn({ mail: id, attempts: claimed.attempts, ...reason }, 'a mail could not be sent and is tried again');
    await asSystem(db, 'send-mail', async (tx) => {
      await releaseMail(tx, id);
      await later(parts, tx, id, new Date(Date.now() + wait));
    });
    return;
  }
  await asSystem(db, 'send-mail', (tx) => deleteMail(tx, id));
}

/** The job failed again and again, and not because of the mail server. */
export async function giveUpMail({ db, log }: Pick<Parts, 'db' | 'log'>, id: string): Promise<void> {
  log.error({ mail: id }, 'a mail could not be sent and is given up');
  await asSystem(db, 'send-mail', (tx) => giveUp(tx, id, { failure: 'the job failed', response: null }));
}

/** Sent already, too old, or somebody was sending it when their server died: then it is looked at again. */
async function waitForClaim(parts: Parts, id: string): Promise<void> {
  await asSystem(parts.db, 'send-mail', async (tx) => {
    const claim = await findClaim(tx, id);
    if (claim === undefined) return;
    if (claim.expires_at.getTime() <= Date.now()) return deleteMail(tx, id);
    await later(parts, tx, id, new Date((claim.claimed_until ?? new Date()).getTime() + seconds));
  });
}

async function later({ queue }: Parts, tx: Parameters<typeof deleteMail>[0], id: string, after: Date): Promise<void> {
  await queue.send(tx, 'mail', { organisationId: nobody, id }, { after });
}

/** For the log. Never the message of the error: mail servers repeat addresses in what they answer. */
function reasonOf(error: unknown): { reason: string; response?: number; final: boolean } {
  const { code, responseCode } = Object(error) as { code?: unknown; responseCode?: unknown }; // anything may be thrown
  const response = typeof responseCode === 'number' ? responseCode : undefined;
  return {
    reason: typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown',
    ...(response === undefined ? {} : { response }),
    // "No such mailbox" stays so; a login that was refused is the operator's to mend.
    final: response !== undefined && response >= 500 && code !== 'EAUTH',
  };
}
