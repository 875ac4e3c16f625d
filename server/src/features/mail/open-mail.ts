import { randomUUID } from 'node:crypto';
import type { Tx } from '../../db/tenancy.ts';
import { nobody } from '../../queue.ts';
import type { Mail } from './mail.ts';
import type { MailParts } from './parts.ts';
import { insertMail } from './queries.ts';
import { giveUpMail, sealMail, sendMail } from './send-mail.ts';

export type Mailer = {
  /**
   * Puts a mail into the transaction: it goes out when that is committed, and never when it is not. The transaction is one of
   * the system's. @param until when its link ends, after which nobody needs it
   */
  put(tx: Tx, mail: Mail, until: Date): Promise<void>;
};

/** Begins to send mails. Dispose the queue first. */
export async function openMail(parts: MailParts): Promise<Mailer> {
  await parts.queue.work('mail', ({ id }) => sendMail(parts, id), {
    concurrency: 2,
    onGivenUp: ({ id }) => giveUpMail(parts, id),
  });
  return {
    async put(tx, mail, until) {
      const id = randomUUID();
      await insertMail(tx, { id, content: sealMail(parts.keys, id, mail), expiresAt: until });
      await parts.queue.send(tx, 'mail', { organisationId: nobody, id });
    },
  };
}
