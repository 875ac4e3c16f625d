import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestServer } from '../../../test/start-server.ts';
import { asSystem } from '../../db/tenancy.ts';
import { startMailServer, type MailServer } from './test/mail-server.ts';

let mails: MailServer;
let server: TestServer;
beforeAll(async () => {
  mails = await startMailServer();
  server = await startServer({ environment: { SMTP_URL: mails.url, MAIL_FROM: 'ProofPix <proofpix@example.org>' } });
});
afterAll(async () => {
  await server?.stop();
  await mails?.[Symbol.asyncDispose]();
});

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);
const failed = async () => (await server.call(routes.mails.failed)).items;
const failedTo = async (email: string) => (await failed()).find(({ to }) => to === email);

/** An invitation that the mail server does not take, for good. */
async function refusedInvitation(): Promise<string> {
  const email = `nobody-${randomUUID()}@example.net`;
  mails.refuse = { code: 550, times: 1 };
  await server.call(routes.invitations.create, { body: { email, role: 'viewer' } });
  await expect.poll(() => failedTo(email), { timeout: 30_000 }).toBeDefined();
  return email;
}

test('a mail that was given up is shown with the reason and without its link, and sent again once', async () => {
  const email = await refusedInvitation();
  const mail = await failedTo(email);
  expect(mail).toMatchObject({ kind: 'invitation', failure: 'EENVELOPE', response: 550, attempts: 1, expired: false });
  expect(JSON.stringify(mail)).not.toMatch(/token|http|No </);
  const params = { id: mail?.id ?? '' };
  await server.call(routes.mails.retry, { params });
  await expect.poll(() => mails.received.map(({ to }) => to), { timeout: 30_000 }).toContain(email);
  expect(await failedTo(email)).toBeUndefined();
  await expect(server.call(routes.mails.retry, { params }).catch(codeOf)).resolves.toBe('mail_not_found');
  const acts = await asSystem(server.db, 'audit', (tx) =>
    tx.selectFrom('audit_acts').selectAll().where('subject_id', '=', params.id).execute(),
  );
  expect(acts).toMatchObject([{ act: 'mail.retry', organisation_id: null, before: { response: 550 } }]);
  expect(JSON.stringify(acts)).not.toContain(email);
});

test('of two who send one again at once it goes out once', async () => {
  const email = await refusedInvitation();
  const params = { id: (await failedTo(email))?.id ?? '' };
  const answers = await Promise.all(
    [1, 2, 3].map(() => server.call(routes.mails.retry, { params }).then(() => 'sent', codeOf)),
  );
  expect(answers.sort()).toEqual(['mail_not_found', 'mail_not_found', 'sent']);
  await expect.poll(() => mails.received.map(({ to }) => to), { timeout: 30_000 }).toContain(email);
  expect(mails.received.filter(({ to }) => to === email)).toHaveLength(1);
});

test('one whose link is over is shown and not sent', async () => {
  const email = await refusedInvitation();
  const id = (await failedTo(email))?.id ?? '';
  await asSystem(server.db, 'send-mail', (tx) =>
    tx
      .updateTable('mails')
      .set({ expires_at: new Date(Date.now() - 1_000) })
      .where('id', '=', id)
      .execute(),
  );
  expect(await failedTo(email)).toMatchObject({ expired: true });
  await expect(server.call(routes.mails.retry, { params: { id } }).catch(codeOf)).resolves.toBe('mail_expired');
});

test('nobody but the operator sees them, and they are gone after 30 days', async () => {
  const email = await refusedInvitation();
  const { owner } = await server.createOrganisation();
  await expect(owner.call(routes.mails.failed).catch(codeOf)).resolves.toBe('access_denied');
  const id = (await failedTo(email))?.id ?? '';
  await asSystem(server.db, 'send-mail', (tx) =>
    tx
      .updateTable('mails')
      .set({ given_up_at: new Date(Date.now() - 31 * 86_400_000) })
      .where('id', '=', id)
      .execute(),
  );
  expect(await failedTo(email)).toBeUndefined();
  // The next mail takes it away.
  await refusedInvitation();
  const left = await asSystem(server.db, 'send-mail', (tx) =>
    tx.selectFrom('mails').select('id').where('id', '=', id).execute(),
  );
  expect(left).toEqual([]);
});
