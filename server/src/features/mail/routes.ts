import { mailRoutes } from '@proofpix/contract/api/mails';
import { bind, type App } from '../../http/bind.ts';
import { readFailedMails, retryMail } from './failed-mails.ts';
import type { MailParts } from './parts.ts';

/** Binds the table `mails`. */
export function bindMailRoutes(app: App, parts: Pick<MailParts, 'db' | 'keys' | 'queue'>): void {
  bind(app, mailRoutes.failed, async () => ({ status: 200, body: { items: await readFailedMails(parts) } }));
  bind(app, mailRoutes.retry, async ({ caller, params }) => {
    await retryMail(parts, caller, params.id);
    return { status: 204 };
  });
}
