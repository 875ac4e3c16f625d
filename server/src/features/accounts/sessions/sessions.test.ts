import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient, type Tokens } from '@proofpix/contract/client';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { rawRequest } from '../../../../test/raw-request.ts';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { describeDevice } from './describe-device.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';

async function signIn({ email, password }: Pick<TestMember, 'email' | 'password'>) {
  const reply = await createClient({ baseUrl: server.url })(routes.auth.login, { body: { email, password } });
  if ('challenge' in reply) throw new Error('There is no second factor here.');
  return { ...reply, call: createClient({ baseUrl: server.url, token: reply.accessToken }) };
}

async function signInBrowser({ email, password }: TestMember, headers: Record<string, string> = {}) {
  const answer = await rawRequest(server.url, {
    method: 'POST',
    path: '/api/auth/session',
    headers: { 'content-type': 'application/json', 'user-agent': firefox, ...headers },
    body: JSON.stringify({ email, password }),
  });
  expect(answer.status).toBe(200);
  return answer.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '';
}

const refresh = (refreshToken: string) =>
  createClient({ baseUrl: server.url })(routes.auth.refresh, { body: { refreshToken } });
const status = async (headers: Record<string, string>) =>
  (await rawRequest(server.url, { path: '/api/account', headers })).status;
const use = (token: string) => status({ authorization: `Bearer ${token}` });
const actsOf = (subject: string) =>
  asSystem(server.db, 'sign-in', (tx) =>
    tx
      .selectFrom('audit_acts')
      .select(['act', 'result', 'actor_kind', 'actor_id', 'reason', 'before', 'after', 'personal'])
      .where('subject_id', '=', subject)
      .orderBy('created_at')
      .orderBy('id')
      .execute(),
  );

test('a refresh gives the next tokens of the same session', async () => {
  const first = await signIn(await server.signIn('viewer'));
  const next = await refresh(first.refreshToken);
  expect(next.refreshToken).not.toBe(first.refreshToken);
  expect(next.refreshToken).toMatch(/^pxr_[\w-]{43}$/);
  expect(next.refreshUntil).toBe(first.refreshUntil);
  expect([await use(first.accessToken), await use(next.accessToken)]).toEqual([200, 200]);
  expect((await first.call(routes.sessions.list)).items).toHaveLength(2); // that of the test, and this one
  for (const wrong of ['', 'pxr_made-up', first.accessToken.slice(0, 100)]) {
    await expect(refresh(wrong).catch(codeOf)).resolves.toBe('refresh_invalid');
  }
});

test('a stolen refresh token ends the session of both who have it, and the trail names it', async () => {
  const member = await server.signIn('analyst');
  const owner = await signIn(member);
  const { items } = await owner.call(routes.sessions.list);
  const sessionId = items.find(({ current }) => current)?.id ?? '';
  const thief = await refresh(owner.refreshToken);
  expect(await use(thief.accessToken)).toBe(200);
  await expect(refresh(owner.refreshToken).catch(codeOf)).resolves.toBe('refresh_invalid');
  expect([await use(owner.accessToken), await use(thief.accessToken)]).toEqual([401, 401]);
  await expect(refresh(thief.refreshToken).catch(codeOf)).resolves.toBe('refresh_invalid');
  expect(await use(member.token)).toBe(200); // another session
  expect(await actsOf(sessionId)).toMatchObject([
    { act: 'sign-in', result: 'done', after: { by: 'password' } },
    { act: 'session.reuse', result: 'refused', before: { member: member.userId }, personal: { address: '127.0.0.1' } },
  ]);
});

test('of two refreshes with one token at the same moment at most one gets tokens, and they are worth nothing', async () => {
  const session = await signIn(await server.signIn('viewer'));
  const answers = await Promise.all(
    [1, 2, 3].map(() => refresh(session.refreshToken).then((next) => next.accessToken, codeOf)),
  );
  const tokens = answers.filter((answer) => answer !== 'refresh_invalid');
  expect(tokens).toHaveLength(1);
  expect(await use(String(tokens[0]))).toBe(401);
});

test('the client refreshes by itself, once for all calls that find out together', async () => {
  const session = await signIn(await server.signIn('viewer'));
  const kept: Tokens[] = [];
  const call = createClient({
    baseUrl: server.url,
    tokens: { accessToken: 'over.long.ago', refreshToken: session.refreshToken },
    onRefresh: (tokens) => void kept.push(tokens),
  });
  const answers = await Promise.all(Array.from({ length: 5 }, () => call(routes.auth.account)));
  expect(new Set(answers.map(({ user }) => user.id))).toEqual(new Set([session.account.user.id]));
  expect(kept).toHaveLength(1);
  await call(routes.auth.logout);
  await expect(call(routes.auth.account).catch(codeOf)).resolves.toBe('refresh_invalid');
});

test('devices are listed in plain words, and one that is ended stops at once', async () => {
  const member = await server.signIn('viewer');
  const cookie = await signInBrowser(member);
  const { items } = await member.call(routes.sessions.list);
  expect(items).toMatchObject([
    { kind: 'browser', program: 'Firefox', system: 'Windows', address: '127.0.0.1', current: false },
    { kind: 'program', program: 'node', system: null, current: true },
  ]);
  const id = items[0]?.id ?? '';
  const other = await server.signIn('owner');
  for (const wrong of [id, randomUUID()]) {
    await expect(other.call(routes.sessions.remove, { params: { id: wrong } }).catch(codeOf)).resolves.toBe(
      'session_not_found',
    );
  }
  expect(await status({ cookie })).toBe(200);
  await member.call(routes.sessions.remove, { params: { id } });
  expect(await status({ cookie })).toBe(401);
  expect((await actsOf(id)).map(({ act }) => act)).toEqual(['sign-in', 'session.end']);
});

test('signing out everywhere leaves this session alone', async () => {
  const member = await server.signIn('viewer');
  const [browser, program] = [await signInBrowser(member), await signIn(member)];
  expect(await member.call(routes.sessions.removeOthers)).toEqual({ ended: 2 });
  expect([await status({ cookie: browser }), await use(program.accessToken), await use(member.token)]).toEqual([
    401, 401, 200,
  ]);
  expect(await actsOf(member.userId)).toMatchObject([
    { act: 'member.add' },
    { act: 'session.end', before: { sessions: 2 }, reason: 'signed out everywhere' },
  ]);
});

test('an API token neither sees nor ends sessions, nor changes how somebody signs in', async () => {
  const member = await server.signIn('developer');
  const { token } = await member.call(routes.tokens.create, { body: { name: 'Leaked' } });
  const thief = createClient({ baseUrl: server.url, token });
  const tries = [
    () => thief(routes.sessions.list),
    () => thief(routes.sessions.removeOthers),
    () => thief(routes.sessions.remove, { params: { id: randomUUID() } }),
    () => thief(routes.account.beginSecondFactor),
    () =>
      thief(routes.account.changePassword, { body: { current: member.password, password: 'the password of a thief' } }),
  ];
  for (const attempt of tries) await expect(attempt().catch(codeOf)).resolves.toBe('session_required');
});

test('a new password takes the current one, ends all other sessions, and is on the trail without itself', async () => {
  const member = await server.signIn('viewer');
  const [other, cookie] = [await signIn(member), await signInBrowser(member)];
  const change = (current: string | undefined, password: string) =>
    member.call(routes.account.changePassword, { body: { ...(current === undefined ? {} : { current }), password } });
  for (const wrong of [undefined, '', 'not the password']) {
    await expect(change(wrong, 'another long password').catch(codeOf)).resolves.toBe('password_wrong');
  }
  expect(await use(other.accessToken)).toBe(200);
  await change(member.password, 'another long password');
  expect([await use(member.token), await use(other.accessToken), await status({ cookie })]).toEqual([200, 401, 401]);
  await expect(signIn(member).catch(codeOf)).resolves.toBe('sign_in_failed');
  await signIn({ ...member, password: 'another long password' });
  const acts = await actsOf(member.userId);
  expect(acts.map(({ act }) => act)).toEqual(expect.arrayContaining(['account.change-password', 'session.end']));
  expect(JSON.stringify(acts)).not.toContain('another long password');
});

test('a cookie that was planted before the sign-in is not the session after it, and one that was there ends', async () => {
  const member = await server.signIn('viewer');
  const planted = `proofpix_session=pxs_${'a'.repeat(43)}`;
  const first = await signInBrowser(member, { cookie: planted });
  expect(first).not.toBe(planted);
  expect([await status({ cookie: planted }), await status({ cookie: first })]).toEqual([401, 200]);
  const second = await signInBrowser(member, { cookie: first });
  expect([await status({ cookie: first }), await status({ cookie: second })]).toEqual([401, 200]);
});

test('a member has only so many sessions: the oldest ends', async () => {
  const member = await server.signIn('viewer');
  await asSystem(server.db, 'sign-in', (tx) =>
    tx
      .insertInto('sessions')
      .values(
        Array.from({ length: 120 }, () => ({
          organisation_id: member.organisationId,
          user_id: member.userId,
          kind: 'bearer' as const,
          signed_in_by: 'password',
          expires_at: new Date('2100-01-01'),
        })),
      )
      .execute(),
  );
  const newest = await signIn(member);
  expect(await use(member.token)).toBe(401);
  expect((await newest.call(routes.sessions.list)).items).toHaveLength(100);
});

test('refused sign-ins of somebody we know are on the trail, each person and place once', async () => {
  const member = await server.signIn('viewer');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await expect(signIn({ ...member, password: 'wrong' }).catch(codeOf)).resolves.toBe('sign_in_failed');
  }
  const refused = async () => (await actsOf(member.userId)).filter(({ result }) => result === 'refused');
  const attempts = async () => {
    const acts = await refused();
    return acts.reduce((sum, { after }) => sum + Number(after?.attempts), 0);
  };
  await expect.poll(attempts, { timeout: 20_000 }).toBe(3);
  expect((await refused())[0]).toMatchObject({
    act: 'sign-in',
    actor_kind: 'system',
    reason: 'wrong password',
    personal: { address: '127.0.0.1' },
  });
});

test('a user agent becomes words, and a stranger’s text stays a word', () => {
  const words = (text: string | null) => Object.values(describeDevice(text));
  const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/';
  expect(words(firefox)).toEqual(['Firefox', 'Windows']);
  expect(words(`${mac}605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15`)).toEqual(['Safari', 'macOS']);
  expect(words(`${mac}537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0`)).toEqual(['Edge', 'macOS']);
  expect(
    words('Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36'),
  ).toEqual(['Chrome', 'Android']);
  expect(
    words('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 CriOS/140.0 Mobile Safari/604.1'),
  ).toEqual(['Chrome', 'iPhone']);
  expect(words('curl/8.5.0')).toEqual(['curl', null]);
  expect(words('node')).toEqual(['node', null]);
  for (const text of [null, '', 'Mozilla/5.0', '<script>alert(1)</script>', '\u202efoo/1', 'x'.repeat(5_000)]) {
    expect(words(text), text ?? 'none').toEqual([null, null]);
  }
});

test('a browser that sent nothing for three days is signed out, and one that did goes on', async () => {
  const member = await server.signIn('viewer');
  const cookie = await signInBrowser(member);
  const lastUsed = (milliseconds: number) =>
    asSystem(server.db, 'sign-in', (tx) =>
      tx
        .updateTable('sessions')
        .set({ last_used_at: new Date(Date.now() - milliseconds) })
        .where('user_id', '=', member.userId)
        .where('kind', '=', 'cookie')
        .execute(),
    );
  const threeDays = 3 * 24 * 3_600_000;
  await lastUsed(threeDays - 60_000);
  expect(await status({ cookie })).toBe(200);
  await lastUsed(threeDays + 60_000);
  expect(await status({ cookie })).toBe(401);
});

test('who manages members signs one out everywhere, in this organisation alone; the member stays, and owners are for owners', async () => {
  const organisation = await server.createOrganisation();
  const [member, admin, viewer] = [
    await organisation.signIn('analyst'),
    await organisation.signIn('admin'),
    await organisation.signIn('viewer'),
  ];
  const cookie = await signInBrowser(member);
  const signOut = (who: TestMember, id: string) => who.call(routes.members.signOut, { params: { id } }).catch(codeOf);
  expect(await signOut(viewer, member.userId)).toBe('access_denied');
  expect(await signOut(server.owner, member.userId)).toBe('member_not_found');
  expect(await status({ cookie })).toBe(200);
  expect(await signOut(admin, member.userId)).toEqual({ ended: 2 });
  expect([await status({ cookie }), (await member.fetch('/api/account')).status]).toEqual([401, 401]);
  expect(await status({ cookie: await signInBrowser(member) })).toBe(200);
  expect(await signOut(admin, organisation.owner.userId)).toBe('access_denied');
  expect(await signOut(organisation.owner, organisation.owner.userId)).toMatchObject({ ended: 1 });
  const { items } = await admin.call(routes.audit.list, { query: { act: 'session.end', subject: member.userId } });
  expect(items).toMatchObject([{ actor: { id: admin.userId }, before: { sessions: 2 } }]);
});
