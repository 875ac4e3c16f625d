import type { Database } from '../../../db/database.ts';
import type { Queue } from '../../../queue.ts';
import type { Mailer } from '../../mail/open-mail.ts';
import { sendReset } from './reset-password.ts';

/** Begins to answer those who asked for a new password. */
export async function openPasswordResets(parts: { db: Database; queue: Queue; mail: Mailer }): Promise<void> {
  await parts.queue.work('password-reset', ({ id }) => sendReset(parts, id));
}
