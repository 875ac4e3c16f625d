import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '@proofpix/contract/client';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { rawRequest } from '../../../../test/raw-request.ts';
import { startServer, type TestMember, type TestOrganisation, type TestServer } from '../../../../test/start-server.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { base32, matchingStep, stepAt, totpOf } from './totp.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);
const anonymous = () => createClient({ baseUrl: server.url });

function fromBase32(text: string): Uint8Array {
  const bits = [...text].map((char) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'));
  return Uint8Array.from(bits.join('').match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

/** What the app on a phone shows. The newest step that was taken is forgotten, so that a test need not wait for the next. */
async function shown(userId: string, secret: Uint8Array): Promise<string> {
  await asSystem(server.db, 'sign-in', (tx) =>
    tx.updateTable('second_factors').set({ last_step: 0 }).where('user_id', '=', userId).execute(),
  );
  return totpOf(secret, stepAt(Date.now()));
}

async function setUp(member: TestMember) {
  const { secret: text } = await member.call(routes.account.beginSecondFactor);
  const secret = fromBase32(text);
  const code = await shown(member.userId, secret);
  const { recoveryCodes } = await member.call(routes.account.confirmSecondFactor, { body: { code } });
  return { secret, text, recoveryCodes, firstCode: code };
}

const signInOnly = ({ email, password }: TestMember) => anonymous()(routes.auth.login, { body: { email, password } });

async function challengeOf(member: TestMember): Promise<string> {
  const reply = await signInOnly(member);
  if (!('challenge' in reply)) throw new Error('It was answered with a session.');
  expect(Object.keys(reply).sort()).toEqual(['challenge', 'expiresAt']);
  return reply.challenge;
}

const step = (challenge: string, code: string) =>
  anonymous()(routes.auth.loginStep, { body: { challenge, code } }).then(({ account }) => account.user.id, codeOf);

test('codes are those of RFC 6238, of one step to either side', () => {
  const secret = new TextEncoder().encode('12345678901234567890');
  const vectors = {
    59: '287082',
    1111111109: '081804',
    1111111111: '050471',
    1234567890: '005924',
    2000000000: '279037',
    20000000000: '353130',
  };
  for (const [seconds, code] of Object.entries(vectors)) {
    const now = Number(seconds) * 1_000;
    expect(totpOf(secret, stepAt(now)), seconds).toBe(code);
    if (now < 60_000) continue; // there is no step before the first
    for (const off of [-1, 0, 1]) expect(matchingStep(secret, code, now + off * 30_000)).toBe(stepAt(now));
    for (const off of [-2, 2]) expect(matchingStep(secret, code, now + off * 30_000)).toBeNull();
  }
  expect(base32(secret)).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  expect(base32(new TextEncoder().encode('foobar'))).toBe('MZXW6YTBOI'); // RFC 4648
});

test('once it is on, the password alone opens nothing, and password and code do', async () => {
  const member = await server.signIn('viewer');
  const begun = await member.call(routes.account.beginSecondFactor);
  expect(begun.uri).toBe(
    `otpauth://totp/ProofPix:${encodeURIComponent(member.email)}?secret=${begun.secret}&issuer=ProofPix&algorithm=SHA1&digits=6&period=30`,
  );
  // Begun is not on: whoever closes the page is not locked out.
  expect(await signInOnly(member)).toHaveProperty('accessToken');
  const { secret } = await setUp(member);
  await expect(member.call(routes.account.beginSecondFactor).catch(codeOf)).resolves.toBe('second_factor_on');
  const challenge = await challengeOf(member);
  for (const token of [challenge, `${challenge}.a.b`]) {
    const { status } = await fetch(`${server.url}/api/account`, { headers: { authorization: `Bearer ${token}` } });
    expect(status).toBe(401);
  }
  expect(await step(challenge, '000000')).toBe('second_factor_wrong');
  expect(await step(challenge, await shown(member.userId, secret))).toBe(member.userId);
  expect(await step(challenge, await shown(member.userId, secret))).toBe('challenge_invalid'); // single use
});

test('the browser gets its cookie after the second step only, and a challenge of one kind is none of the other', async () => {
  const member = await server.signIn('viewer');
  const { secret } = await setUp(member);
  const post = (path: string, body: unknown) =>
    rawRequest(server.url, {
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const first = await post('/api/auth/session', { email: member.email, password: member.password });
  expect([first.status, first.headers['set-cookie']]).toEqual([202, undefined]);
  const { challenge } = first.json;
  const code = await shown(member.userId, secret);
  expect(await step(String(challenge), code)).toBe('challenge_invalid');
  const second = await post('/api/auth/session/second-factor', { challenge, code });
  expect([second.status, second.headers['set-cookie']?.[0]]).toEqual([200, expect.stringContaining('HttpOnly')]);
});

test('a code that was used is refused, also when it comes ten times at once', async () => {
  const member = await server.signIn('viewer');
  const { secret, firstCode } = await setUp(member);
  expect(await step(await challengeOf(member), firstCode)).toBe('second_factor_wrong'); // of the set-up
  const code = await shown(member.userId, secret);
  const challenges = await Promise.all([1, 2, 3, 4].map(() => challengeOf(member)));
  const answers = await Promise.all(challenges.map((challenge) => step(challenge, code)));
  expect(answers.filter((answer) => answer === member.userId)).toHaveLength(1);
  expect(answers.filter((answer) => answer === 'second_factor_wrong')).toHaveLength(3);
});

test('a recovery code works once, whatever its case and hyphens, and new ones replace all', async () => {
  const member = await server.signIn('viewer');
  const { secret, recoveryCodes } = await setUp(member);
  expect(recoveryCodes).toHaveLength(10);
  for (const code of recoveryCodes) expect(code).toMatch(/^[a-z2-7]{4}(-[a-z2-7]{4}){5}$/);
  const [first = '', second = ''] = recoveryCodes;
  expect(await step(await challengeOf(member), first.toUpperCase().replaceAll('-', ' '))).toBe(member.userId);
  expect(await step(await challengeOf(member), first)).toBe('second_factor_wrong');
  const body = { code: await shown(member.userId, secret) };
  const renewed = await member.call(routes.account.newRecoveryCodes, { body });
  expect(await step(await challengeOf(member), second)).toBe('second_factor_wrong');
  expect(await step(await challengeOf(member), renewed.recoveryCodes[0] ?? '')).toBe(member.userId);
});

test("a challenge takes the codes of the one it was made for, not another's", async () => {
  const [victim, attacker] = [await server.signIn('viewer'), await server.signIn('viewer')];
  await setUp(victim);
  const own = await setUp(attacker);
  const challenge = await challengeOf(victim);
  expect(await step(challenge, await shown(attacker.userId, own.secret))).toBe('second_factor_wrong');
  expect(await step(challenge, own.recoveryCodes[0] ?? '')).toBe('second_factor_wrong');
});

test('a challenge is tried five times, and a person twenty times however many challenges there are', async () => {
  const member = await server.signIn('viewer');
  const { secret } = await setUp(member);
  const challenge = await challengeOf(member);
  for (let attempt = 0; attempt < 5; attempt += 1) expect(await step(challenge, '000000')).toBe('second_factor_wrong');
  expect(await step(challenge, await shown(member.userId, secret))).toBe('challenge_invalid');
  const answers: unknown[] = [];
  for (let attempt = 0; attempt < 16; attempt += 1) answers.push(await step(await challengeOf(member), '000000'));
  expect(answers.slice(0, 15)).toEqual(Array(15).fill('second_factor_wrong'));
  expect(answers.at(-1)).toBe('rate_limited');
});

test('turning it off takes a code, and what was is gone', async () => {
  const member = await server.signIn('viewer');
  const { secret, recoveryCodes } = await setUp(member);
  const off = (code: string) => member.call(routes.account.disableSecondFactor, { body: { code } });
  await expect(off('000000').catch(codeOf)).resolves.toBe('second_factor_wrong');
  await off(await shown(member.userId, secret));
  await expect(off(recoveryCodes[0] ?? '').catch(codeOf)).resolves.toBe('second_factor_off');
  expect(await signInOnly(member)).toHaveProperty('accessToken');
  const acts = await asSystem(server.db, 'sign-in', (tx) =>
    tx.selectFrom('audit_acts').select('act').where('subject_id', '=', member.userId).orderBy('id').execute(),
  );
  expect(acts.map(({ act }) => act)).toEqual(['member.add', 'second-factor.on', 'second-factor.off']);
});

test('the secret is sealed and the recovery codes are hashed where they lie', async () => {
  const member = await server.signIn('viewer');
  const { secret, text, recoveryCodes } = await setUp(member);
  const rows = await asSystem(server.db, 'sign-in', async (tx) => [
    ...(await tx.selectFrom('second_factors').selectAll().where('user_id', '=', member.userId).execute()),
    ...(await tx.selectFrom('recovery_codes').selectAll().where('user_id', '=', member.userId).execute()),
  ]);
  expect(rows).toHaveLength(11);
  const stored = rows
    .flatMap((row) => Object.values(row))
    .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
    .join('\n');
  for (const plain of [Buffer.from(secret).toString('latin1'), text, ...recoveryCodes])
    expect(stored).not.toContain(plain);
});

test('where an organisation asks for it, whoever has none can only set it up, and it stays on', async () => {
  const organisation: TestOrganisation = await server.createOrganisation();
  const { owner } = organisation;
  const member = await organisation.signIn('admin');
  const { token } = await member.call(routes.tokens.create, { body: { name: 'Older' } });
  const own = await setUp(owner);
  await expect(
    (await organisation.signIn('viewer'))
      .call(routes.organisations.putSignInRules, { body: { requireSecondFactor: false } })
      .catch(codeOf),
  ).resolves.toBe('access_denied');
  await owner.call(routes.organisations.putSignInRules, { body: { requireSecondFactor: true } });

  await owner.call(routes.members.list); // who has it notices nothing
  const program = createClient({ baseUrl: server.url, token });
  for (const call of [member.call, program]) {
    await expect(call(routes.plugins.list).catch(codeOf)).resolves.toBe('second_factor_needed');
    await expect(call(routes.members.list).catch(codeOf)).resolves.toBe('second_factor_needed');
    await expect(
      call(routes.organisations.putSignInRules, { body: { requireSecondFactor: false } }).catch(codeOf),
    ).resolves.toBe('second_factor_needed');
  }
  const account = await member.call(routes.auth.account);
  expect(account).toMatchObject({ access: ['own-account'], secondFactor: { on: false, needed: true } });
  await setUp(member);
  expect((await member.call(routes.auth.account)).secondFactor).toEqual({ on: true, needed: false });
  const { items } = await member.call(routes.members.list);
  expect(items.map(({ role, secondFactor }) => [role, secondFactor])).toEqual([
    ['owner', true],
    ['admin', true],
    ['viewer', false],
  ]);
  await program(routes.plugins.list);
  const code = await shown(owner.userId, own.secret);
  await expect(owner.call(routes.account.disableSecondFactor, { body: { code } }).catch(codeOf)).resolves.toBe(
    'second_factor_required',
  );
});
