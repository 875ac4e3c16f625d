import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createClient } from '@proofpix/contract/client';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestServer } from '../../../test/start-server.ts';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import { startMailServer, type MailServer } from '../mail/test/mail-server.ts';
import { Browser } from './single-sign-on/test/browser.ts';

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
beforeEach(() => {
  mails.received.length = 0;
});

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);
const anonymous = () => createClient({ baseUrl: server.url });
const password = 'a password of one’s own';
const system = <Result>(work: (tx: Tx) => Promise<Result>) => asSystem(server.db, 'send-mail', work);

/** The token of the newest mail to somebody, out of the fragment of its link. */
async function tokenOf(email: string, page: string): Promise<string> {
  const link = () => mails.received.findLast(({ to }) => to === email)?.text.match(/https?:\/\/\S+#token=\S+/)?.[0];
  await expect.poll(link, { timeout: 30_000 }).toBeDefined();
  const url = new URL(link() ?? '');
  // The address of this server, whatever a request said.
  expect(url.origin + url.pathname).toBe(server.url + page);
  return url.hash.slice('#token='.length);
}

const fresh = () => `somebody-${randomUUID()}@example.net`;

async function signInAs(email: string, secret: string, organisationId?: string) {
  const reply = await anonymous()(routes.auth.login, {
    body: { email, password: secret, ...(organisationId === undefined ? {} : { organisationId }) },
  });
  if ('challenge' in reply) throw new Error('Nobody here has a second factor.');
  return createClient({ baseUrl: server.url, token: reply.accessToken });
}

test('somebody who is invited becomes a member with an account of their own, by a link that works once', async () => {
  const { owner, id } = await server.createOrganisation();
  const email = fresh();
  const made = await owner.call(routes.invitations.create, { body: { email: email.toUpperCase(), role: 'analyst' } });
  expect(JSON.stringify(made)).not.toContain('token');
  const token = await tokenOf(email, '/invitation');
  expect((await owner.call(routes.invitations.list)).items).toMatchObject([{ id: made.id, email, role: 'analyst' }]);
  expect(await anonymous()(routes.invitations.open, { body: { token } })).toMatchObject({ email, hasAccount: false });
  const stored = await system((tx) => tx.selectFrom('invitations').selectAll().execute());
  expect(JSON.stringify(stored)).not.toContain(token);

  const browser = new Browser();
  const accept = () => browser.post(server.url + routes.invitations.accept.path, { token, name: 'Ada', password });
  const answers = await Promise.all([accept(), accept(), accept()]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410]);
  const account = await (await browser.send(`${server.url}/api/account`)).json();
  expect(account).toMatchObject({ organisation: { id }, role: 'analyst', emailVerified: true });
  await expect(anonymous()(routes.invitations.open, { body: { token } }).catch(codeOf)).resolves.toBe('link_invalid');
  expect((await owner.call(routes.invitations.list)).items).toEqual([]);
  await signInAs(email, password);
  const trail = await system((tx) =>
    tx.selectFrom('audit_acts').selectAll().where('organisation_id', '=', id).execute(),
  );
  expect(trail.map(({ act }) => act)).toEqual(expect.arrayContaining(['invitation.make', 'invitation.accept']));
  expect(JSON.stringify(trail.map(({ before, after, subject_id }) => [before, after, subject_id]))).not.toContain('@');
});

test('whoever has a session whose refresh token came twice is told by mail and on their page, once', async () => {
  const member = await server.signIn('analyst');
  const other = await server.signIn('analyst');
  const session = await anonymous()(routes.auth.login, { body: { email: member.email, password: member.password } });
  if ('challenge' in session) throw new Error('Nobody here has a second factor.');
  const bring = () => anonymous()(routes.auth.refresh, { body: { refreshToken: session.refreshToken } });
  expect((await member.call(routes.sessions.list)).reused).toEqual([]);
  await bring();
  for (let times = 0; times < 3; times += 1) await expect(bring().catch(codeOf)).resolves.toBe('refresh_invalid');
  const told = () => mails.received.filter(({ to }) => to === member.email);
  await expect.poll(told, { timeout: 30_000 }).toHaveLength(1);
  expect(told()[0]?.text).toContain('because an old token was used');
  expect(told()[0]?.text).not.toMatch(/#token=|pxr_/);
  expect((await member.call(routes.sessions.list)).reused).toMatchObject([
    { program: 'node', system: null, address: '127.0.0.1' },
  ]);
  expect((await other.call(routes.sessions.list)).reused).toEqual([]);
});

test('whoever invites learns nothing about accounts, and one with an account joins as signed in', async () => {
  const [first, second] = [await server.createOrganisation(), await server.createOrganisation()];
  const member = await first.signIn('viewer');
  const invite = (email: string) =>
    second.owner.call(routes.invitations.create, { body: { email, role: 'developer' } });
  const [known, unknown] = [await invite(member.email), await invite(fresh())];
  expect(Object.keys(known)).toEqual(Object.keys(unknown));
  const token = await tokenOf(member.email, '/invitation');
  expect((await anonymous()(routes.invitations.open, { body: { token } })).hasAccount).toBe(true);
  const taken = anonymous()(routes.invitations.accept, { body: { token, name: 'Not me', password } });
  await expect(taken.catch(codeOf)).resolves.toBe('account_exists');
  // Neither an API token nor somebody else uses it.
  const other = await first.signIn('viewer');
  await expect(other.call(routes.invitations.join, { body: { token } }).catch(codeOf)).resolves.toBe(
    'invitation_of_another',
  );
  const { token: apiToken } = await member.call(routes.tokens.create, { body: { name: 'A program' } });
  const program = createClient({ baseUrl: server.url, token: apiToken });
  await expect(program(routes.invitations.join, { body: { token } }).catch(codeOf)).resolves.toBe('session_required');

  const joined = await member.call(routes.invitations.join, { body: { token } });
  expect(joined.organisation.id).toBe(second.id);
  await expect(member.call(routes.invitations.join, { body: { token } }).catch(codeOf)).resolves.toBe('link_invalid');

  // One person, two organisations: a session is in one of them.
  const browser = new Browser();
  await browser.post(server.url + routes.auth.session.path, { email: member.email, password: member.password });
  const current = async () =>
    (await (await browser.send(`${server.url}/api/account`)).json()) as { organisation: { id: string }; role: string };
  expect(await current()).toMatchObject({ organisation: { id: first.id }, role: 'viewer' });
  const switchTo = (organisationId: string) => browser.post(server.url + routes.auth.switch.path, { organisationId });
  expect((await switchTo(second.id)).status).toBe(200);
  expect(await current()).toMatchObject({ organisation: { id: second.id }, role: 'developer' });
  const { items } = await member.call(routes.account.organisations);
  expect(items.map(({ id, current: here }) => [id, here])).toEqual(
    expect.arrayContaining([
      [first.id, true],
      [second.id, false],
    ]),
  );
  // Foreign and missing alike.
  const codes = await Promise.all(
    [server.organisationId, randomUUID()].map(
      async (id) => ((await (await switchTo(id)).json()) as { code: string }).code,
    ),
  );
  expect(codes).toEqual(['organisation_not_found', 'organisation_not_found']);
  // Removed from one, the person stays in the other.
  await second.owner.call(routes.members.remove, { params: { id: member.userId } });
  expect((await browser.send(`${server.url}/api/account`)).status).toBe(401);
  expect((await member.fetch('/api/account')).status).toBe(200);
});

test('revoked, sent again, too old and foreign: only the newest link of a standing invitation works', async () => {
  const { owner } = await server.createOrganisation();
  const open = (token: string) => anonymous()(routes.invitations.open, { body: { token } }).then(() => 'open', codeOf);
  const email = fresh();
  const { id } = await owner.call(routes.invitations.create, { body: { email, role: 'viewer' } });
  const old = await tokenOf(email, '/invitation');
  await expect(owner.call(routes.invitations.create, { body: { email, role: 'owner' } }).catch(codeOf)).resolves.toBe(
    'invitation_exists',
  );
  mails.received.length = 0;
  await owner.call(routes.invitations.resend, { params: { id }, body: { language: 'de' } });
  const token = await tokenOf(email, '/invitation');
  expect(mails.received.at(-1)?.text).toContain('lädt Sie');
  expect([await open(old), await open(token)]).toEqual(['link_invalid', 'open']);

  const stranger = await server.createOrganisation();
  for (const foreign of [id, randomUUID()]) {
    await expect(
      stranger.owner.call(routes.invitations.revoke, { params: { id: foreign } }).catch(codeOf),
    ).resolves.toBe('invitation_not_found');
    await expect(
      stranger.owner.call(routes.invitations.resend, { params: { id: foreign }, body: {} }).catch(codeOf),
    ).resolves.toBe('invitation_not_found');
  }
  await system((tx) =>
    tx
      .updateTable('invitations')
      .set({ expires_at: new Date(Date.now() - 1_000) })
      .where('id', '=', id)
      .execute(),
  );
  expect(await open(token)).toBe('link_invalid');
  // One that is too old stands in nobody's way.
  const next = await owner.call(routes.invitations.create, { body: { email, role: 'viewer' } });
  const last = await tokenOf(email, '/invitation');
  await owner.call(routes.invitations.revoke, { params: { id: next.id } });
  expect(await open(last)).toBe('link_invalid');
});

test('only owners invite owners, and only who manages members invites', async () => {
  const organisation = await server.createOrganisation();
  const admin = await organisation.signIn('admin');
  const invite = (by: typeof admin, role: 'owner' | 'viewer') =>
    by.call(routes.invitations.create, { body: { email: fresh(), role } }).then(() => 'invited', codeOf);
  expect([await invite(admin, 'owner'), await invite(admin, 'viewer')]).toEqual(['access_denied', 'invited']);
  expect(await invite(organisation.owner, 'owner')).toBe('invited');
  const waiting = await admin.call(routes.invitations.list);
  const ofOwner = waiting.items.find(({ role }) => role === 'owner');
  await expect(
    admin.call(routes.invitations.resend, { params: { id: ofOwner?.id ?? '' }, body: {} }).catch(codeOf),
  ).resolves.toBe('access_denied');
  const viewer = await organisation.signIn('viewer');
  expect(await invite(viewer, 'viewer')).toBe('access_denied');
  await expect(
    organisation.owner.call(routes.invitations.create, { body: { email: viewer.email, role: 'viewer' } }).catch(codeOf),
  ).resolves.toBe('member_exists');
});

test('a mail server that is busy gets the mail again; one that refuses for good does not', async () => {
  const { owner } = await server.createOrganisation();
  const [busy, gone] = [fresh(), fresh()];
  Object.assign(mails, { refuse: { code: 550, times: 1 }, tried: 0 });
  await owner.call(routes.invitations.create, { body: { email: gone, role: 'viewer' } });
  const rows = () => system((tx) => tx.selectFrom('mails').selectAll().where('given_up_at', 'is', null).execute());
  const waiting = async () => (await rows()).length;
  await expect.poll(() => mails.tried, { timeout: 30_000 }).toBe(1);
  await expect.poll(waiting, { timeout: 30_000 }).toBe(0);

  Object.assign(mails, { refuse: { code: 450, times: 1 }, tried: 0 });
  await owner.call(routes.invitations.create, { body: { email: busy, role: 'viewer' } });
  await expect.poll(() => mails.tried, { timeout: 30_000 }).toBe(1);
  // While it waits its content is sealed: neither address nor link can be read.
  const [row] = await rows();
  expect(Buffer.from(row?.content ?? []).toString('latin1')).not.toContain(busy);
  await tokenOf(busy, '/invitation');
  await expect.poll(waiting, { timeout: 30_000 }).toBe(0);
  expect(mails.received.filter(({ to }) => to === busy)).toHaveLength(1);
  expect(mails.received.some(({ to }) => to === gone)).toBe(false);
  expect(mails.received.at(-1)?.from).toBe('proofpix@example.org');
});

test('a forgotten password is set anew by mail, once, and everybody who was signed in is out', async () => {
  const organisation = await server.createOrganisation();
  const member = await organisation.signIn('analyst');
  await anonymous()(routes.passwordResets.create, { body: { email: member.email.toUpperCase() } });
  const token = await tokenOf(member.email, '/reset-password');
  const reset = () =>
    anonymous()(routes.passwordResets.confirm, { body: { token, password } }).then(() => 'set', codeOf);
  expect((await Promise.all([reset(), reset()])).sort()).toEqual(['link_invalid', 'set']);
  expect((await member.fetch('/api/account')).status).toBe(401);
  await expect(signInAs(member.email, member.password).catch(codeOf)).resolves.toBe('sign_in_failed');
  const again = await signInAs(member.email, password);
  expect((await again(routes.auth.account)).emailVerified).toBe(true);
  await expect
    .poll(() => mails.received.some(({ to, text }) => to === member.email && text.includes('was set anew')), {
      timeout: 30_000,
    })
    .toBe(true);
  const trail = await system((tx) =>
    tx.selectFrom('audit_acts').select('act').where('organisation_id', '=', organisation.id).execute(),
  );
  expect(trail.map(({ act }) => act)).toEqual(
    expect.arrayContaining(['password-reset.ask', 'password-reset.done', 'session.end']),
  );
});

test('asking for a new password answers alike for everybody, keeps nothing of strangers, and has its limit', async () => {
  const email = fresh();
  const ask = () => anonymous()(routes.passwordResets.create, { body: { email } }).then(() => 'asked', codeOf);
  expect(await ask()).toBe('asked');
  await expect
    .poll(() => system((tx) => tx.selectFrom('password_resets').select('id').where('email', '=', email).execute()), {
      timeout: 30_000,
    })
    .toEqual([]);
  expect(mails.received.some(({ to }) => to === email)).toBe(false);
  expect([await ask(), await ask(), await ask()]).toEqual(['asked', 'asked', 'rate_limited']);
});

test('another address is confirmed by its own mailbox, and the old one is told', async () => {
  const organisation = await server.createOrganisation();
  const member = await organisation.signIn('analyst');
  const email = fresh();
  const ask = (over: object = {}) =>
    member
      .call(routes.emailChanges.create, { body: { email, password: member.password, ...over } })
      .then(() => 'asked', codeOf);
  expect(await ask({ password: 'not this one' })).toBe('password_wrong');
  expect(await ask()).toBe('asked');
  const token = await tokenOf(email, '/confirm-email');
  await expect
    .poll(() => mails.received.some(({ to, text }) => to === member.email && text.includes('another e-mail address')), {
      timeout: 30_000,
    })
    .toBe(true);
  expect((await member.call(routes.auth.account)).user.email).toBe(member.email);
  expect(await anonymous()(routes.emailChanges.confirm, { body: { token } })).toEqual({ email });
  await expect(anonymous()(routes.emailChanges.confirm, { body: { token } }).catch(codeOf)).resolves.toBe(
    'link_invalid',
  );
  expect(await member.call(routes.auth.account)).toMatchObject({ user: { email }, emailVerified: true });
  await signInAs(email, member.password);

  // Somebody else's address: nobody but its mailbox learns that it is taken.
  const colleague = await organisation.signIn('viewer');
  const taken = { email: email.toUpperCase(), password: colleague.password };
  mails.received.length = 0;
  await colleague.call(routes.emailChanges.create, { body: taken });
  const confirm = { token: await tokenOf(email, '/confirm-email') };
  await expect(anonymous()(routes.emailChanges.confirm, { body: confirm }).catch(codeOf)).resolves.toBe('email_taken');
});

test('a reset stops a change of address that somebody else began, and a change stops links in the old mailbox', async () => {
  const member = await server.signIn('viewer');
  const email = fresh();
  await member.call(routes.emailChanges.create, { body: { email, password: member.password } });
  const change = await tokenOf(email, '/confirm-email');
  const askAndGet = async () => {
    mails.received.length = 0;
    await anonymous()(routes.passwordResets.create, { body: { email: member.email } });
    return tokenOf(member.email, '/reset-password');
  };
  const first = await askAndGet();
  const second = await askAndGet();
  const reset = (token: string) =>
    anonymous()(routes.passwordResets.confirm, { body: { token, password } }).then(() => 'set', codeOf);
  expect([await reset(first), await reset(second)]).toEqual(['link_invalid', 'set']);
  await expect(anonymous()(routes.emailChanges.confirm, { body: { token: change } }).catch(codeOf)).resolves.toBe(
    'link_invalid',
  );
});
