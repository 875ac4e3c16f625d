import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '@proofpix/contract/client';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { asSystem } from '../../db/tenancy.ts';
import { startServer, type TestMember, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';
import { textsInMail } from './erasure/search-bytes.ts';
import { deletedRows, freeTexts, notSearched, sealedRows } from './erasure/free-texts.ts';
import { ask, install, sendJson } from '../plugins/test/test-plugins.ts';
import { searchEverything } from './test/search-everything.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ environment: { TRUSTED_PROXIES: '127.0.0.1' } });
});
afterAll(() => server?.stop());

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);
const password = 'nobody else knows this';

type Person = { email: string; name: string; address: string; agent: string; id: string; member: TestMember };

/** The token of a link in the newest mail of the outbox to somebody. */
async function tokenFor(email: string): Promise<string> {
  let token = '';
  await expect
    .poll(
      async () => {
        const folder = join(server.dataDir, 'outbox');
        for (const name of await readdir(folder).catch(() => [])) {
          const texts = [...textsInMail(await readFile(join(folder, name)))];
          if (!texts.some((text) => text.includes(`To: ${email}`))) continue;
          // The second one is as people read it.
          token = /#token=([\w-]+)/.exec(texts[1] ?? '')?.[1] ?? token;
        }
        return token;
      },
      { timeout: 30_000 },
    )
    .not.toBe('');
  return token;
}

/** Invited by mail, with an account of their own, from an address and by a program that nobody else has. */
async function invite(organisation: TestOrganisation, one: Omit<Person, 'id' | 'member'>): Promise<Person> {
  await organisation.owner.call(routes.invitations.create, { body: { email: one.email, role: 'admin' } });
  const token = await tokenFor(one.email);
  const headers = {
    'content-type': 'application/json',
    'x-forwarded-for': one.address,
    'user-agent': one.agent,
  };
  const accepted = await fetch(server.url + routes.invitations.accept.path, {
    method: 'POST',
    headers,
    body: JSON.stringify({ token, name: one.name, password }),
  });
  expect(accepted.status).toBe(200);
  const { user } = (await accepted.json()) as { user: { id: string } };
  const send = (path: string, init: RequestInit, bearer: string) => {
    const all = new Headers(init.headers);
    for (const [name, value] of Object.entries({ ...headers, authorization: `Bearer ${bearer}` }))
      if (!all.has(name) && !(name === 'content-type' && init.body instanceof FormData)) all.set(name, value);
    return fetch(server.url + path, { ...init, headers: all });
  };
  const login = await send(
    '/api/auth/login',
    { method: 'POST', body: JSON.stringify({ email: one.email, password }) },
    '',
  );
  const { accessToken } = (await login.json()) as { accessToken: string };
  const member: TestMember = {
    userId: user.id,
    organisationId: organisation.id,
    email: one.email,
    password,
    token: accessToken,
    call: createClient({ baseUrl: server.url, token: accessToken }),
    fetch: (path, init = {}) => send(path, init, accessToken),
  };
  return { ...one, id: user.id, member };
}

/** A plugin that writes down whatever it is told, in every place that a plugin has. */
const diary = {
  manifest: {
    id: 'diary',
    permissions: ['storage', 'analytics'],
    hooks: ['diary:ask', 'data:erase'],
    customHooks: { 'diary:ask': {} },
    configSchema: { type: 'object', properties: { contact: { type: 'string' } } },
  },
  exports: `hooks: {
    'diary:ask': async ({ say }, ctx) => {
      if (say !== undefined) {
        await ctx.storage.set('said', { say });
        ctx.log.info('Somebody said ' + say);
      }
      return (await ctx.storage.get('said')) ?? null;
    },
    'data:erase': async ({ event }, ctx) => {
      await ctx.storage.set('erased', event);
      return null;
    },
  }`,
};

/** Everything that a member can leave their name in. */
async function live({ member, email, name }: Person): Promise<string> {
  const say = `${name} <${email}>`;
  await install(member, diary);
  for (const contact of [say, `again ${say}`, 'nobody'])
    await sendJson(member, '/api/plugins/diary/config', 'PUT', { config: { contact } });
  await ask(member, 'diary:ask', { say });
  // The state before this change keeps what the plugin had stored.
  await sendJson(member, '/api/plugins/diary/config', 'PUT', { config: { contact: 'somebody' } });
  await member.call(routes.tokens.create, { body: { name: `Token of ${name}` } });
  const { runs } = await member.call(routes.runs.sample);
  const run = runs[0]?.id ?? '';
  await expect
    .poll(async () => (await member.call(routes.runs.get, { params: { id: run } })).state, { timeout: 60_000 })
    .toBe('done');
  await member.call(routes.runs.addNote, { params: { id: run }, body: { text: `Ask ${say}, in ten minutes` } });
  const made = await member.call(routes.cases.create, {
    body: { title: `Case of ${name}`, description: `Write to ${email}`, runIds: [run] },
  });
  await member.call(routes.cases.addNote, {
    params: { id: made.id },
    body: { text: `${name.toUpperCase()} was here` },
  });
  await member.call(routes.requests.create, {
    body: { kind: 'permission', pluginId: 'diary', permissions: ['storage'], reason: `${say} needs it` },
  });
  await sendJson(member, '/api/plugins/stop', 'POST', { reason: `${say} stops it` });
  await sendJson(member, '/api/plugins/lift-stop', 'POST', { reason: `${say} goes on` });
  await sendJson(member, routes.passwordResets.create.path, 'POST', { email, language: 'en' });
  await sendJson(member, routes.emailChanges.create.path, 'POST', { email: `new-${email}`, password, language: 'de' });
  // Refused, which is recorded too.
  await sendJson(member, '/api/auth/login', 'POST', { email, password: 'not the right one' });
  return run;
}

const done = (organisation: TestOrganisation, person: string) =>
  expect
    .poll(
      async () => {
        const { items } = await organisation.owner.call(routes.privacy.erasures);
        return items.find((each) => each.person === person)?.state;
      },
      { timeout: 60_000 },
    )
    .toBe('done');

/** Values under the key of the diary in restore points. */
async function countKept(organisationId: string): Promise<number> {
  const rows = await asSystem(server.db, 'erase', (tx) =>
    tx
      .selectFrom('plugin_restore_values')
      .select('key')
      .where('organisation_id', '=', organisationId)
      .where('key', '=', 'said')
      .execute(),
  );
  return rows.length;
}

const verify = async (owner: TestMember) => owner.call(routes.audit.verify, { body: {} });

describe('somebody who did everything that a member can do', () => {
  test(
    'and erases themself is found in no table and no file, and every trail is whole',
    { timeout: 180_000 },
    async () => {
      const [home, other] = [await server.createOrganisation(), await server.createOrganisation()];
      const person = await invite(home, {
        email: 'zaphod.qx7w@betelgeuse.example',
        name: 'Zaphod Quuxbrox',
        address: '203.0.113.217',
        agent: 'HeartOfGold/42.7 (Improbable)',
      });
      await live(person);
      // Others know them too: an organisation that they never joined, and a colleague.
      await other.owner.call(routes.invitations.create, { body: { email: person.email, role: 'viewer' } });
      const theirs = await other.owner.call(routes.cases.create, { body: { title: `Says ${person.email}` } });
      const texts = [person.email, person.name, person.address, person.agent];

      const before = await searchEverything(server, texts);
      console.log(`Before the erasure ${person.name} stands in ${before.length} places: ${before.join(', ')}`);
      expect(before).toEqual(
        expect.arrayContaining([
          'outbox',
          'users.email',
          'sessions.user_agent',
          'audit_acts.personal',
          'plugin_restore_points.config',
          'notes.text',
          'cases.title',
        ]),
      );
      expect(before.length).toBeGreaterThanOrEqual(15);

      // Sealed: no search of tables finds it, only who opens it.
      const stored = async () => (await ask(home.owner, 'diary:ask', {}))[0]?.result;
      expect(await stored()).toEqual({ say: `${person.name} <${person.email}>` });
      expect(await countKept(home.id)).toBe(1);

      const actsBefore = (await verify(home.owner)).checked;
      await person.member.call(routes.account.erase, { body: { password, email: person.email } });
      await expect(person.member.call(routes.auth.account).catch(codeOf)).resolves.toBe('sign_in_required');
      await done(home, person.id);

      expect(await searchEverything(server, texts)).toEqual([]);
      for (const { owner } of [home, other]) expect(await verify(owner)).toMatchObject({ intact: true, fault: null });
      expect(await server.call(routes.audit.serverVerify, { body: {} })).toMatchObject({ intact: true });
      // Nothing of the trail is missing, and who did it is still one and the same.
      expect((await verify(home.owner)).checked).toBeGreaterThan(actsBefore);
      const { items } = await home.owner.call(routes.audit.list, { query: { actor: person.id, limit: 100 } });
      expect(items.length).toBeGreaterThan(5);
      for (const act of items) expect(act).toMatchObject({ personal: null, actorName: null });
      const erased = (await home.owner.call(routes.audit.list, { query: { act: 'person.erased' } })).items;
      expect(erased).toMatchObject([{ subject: { kind: 'member', id: person.id }, personal: null }]);
      // What others said stays, but for whom they spoke of.
      expect((await other.owner.call(routes.cases.get, { params: { id: theirs.id } })).title).toBe('Says […]');
      expect(await stored()).toBeNull();
      expect(await countKept(home.id)).toBe(0);
      expect((await ask(home.owner, 'diary:ask', { say: 'nothing' }))[0]?.result).toEqual({ say: 'nothing' });
      // Their plugin was told, by the number.
      await expect
        .poll(async () => (await home.owner.call(routes.privacy.notices)).items[0], { timeout: 30_000 })
        .toMatchObject({ kind: 'person', ids: [person.id], told: [{ plugin: 'diary', ok: true }] });
    },
  );

  test(
    'and is erased by an admin keeps the account where they are a member elsewhere',
    { timeout: 180_000 },
    async () => {
      const [home, other] = [await server.createOrganisation(), await server.createOrganisation()];
      const person = await invite(home, {
        email: 'trillian.k3v@earth.example',
        name: 'Tricia Marie Mcmillan',
        address: '203.0.113.99',
        agent: 'Bistromath/1.0',
      });
      await asSystem(server.db, 'manage-members', (tx) =>
        tx
          .insertInto('memberships')
          .values({ organisation_id: other.id, user_id: person.id, role: 'viewer' })
          .execute(),
      );
      await live(person);
      const erase = (body: { email: string }) =>
        home.owner.call(routes.members.erase, { params: { id: person.id }, body });
      await expect(erase({ email: 'somebody@else.example' }).catch(codeOf)).resolves.toBe('confirmation_wrong');
      expect(await erase({ email: person.email })).toMatchObject({ whole: false, askedBy: 'admin' });
      await done(home, person.id);
      const left = await asSystem(server.db, 'erase', (tx) =>
        sql<{ count: number }>`select count(*) as count from audit_acts where organisation_id = ${home.id}::uuid
        and personal::text || coalesce(before::text, '') || coalesce(after::text, '') || coalesce(reason, '') ~* ${person.email}`.execute(
          tx,
        ),
      );
      expect(Number(left.rows[0]?.count)).toBe(0);
      const elsewhere = await searchEverything(server, [person.email, person.name]);
      // The account is the person's, and the other organisation is not asked.
      expect(elsewhere.filter((place) => !/^(users|password_resets|email_changes|mails|outbox)/.test(place))).toEqual(
        [],
      );
      expect(elsewhere).toContain('users.email');
      expect(await verify(home.owner)).toMatchObject({ intact: true });
      expect((await home.owner.call(routes.members.list)).items.map(({ id }) => id)).not.toContain(person.id);
      expect((await other.owner.call(routes.members.list)).items.map(({ id }) => id)).toContain(person.id);
    },
  );
});

describe('an erasure is refused', () => {
  test('to the last owner, with a wrong password or address, and with an API token', async () => {
    const organisation = await server.createOrganisation();
    const { owner } = organisation;
    const erase = (body: { password?: string; email: string }, member = owner) =>
      member.call(routes.account.erase, { body }).catch(codeOf);
    expect(await erase({ password: 'wrong', email: owner.email })).toBe('password_wrong');
    expect(await erase({ password: owner.password, email: 'else@example.org' })).toBe('confirmation_wrong');
    expect(await erase({ password: owner.password, email: owner.email })).toBe('last_owner_of');
    const { token } = await owner.call(routes.tokens.create, { body: { name: 'A' } });
    const byToken = createClient({ baseUrl: server.url, token });
    const refused = byToken(routes.account.erase, { body: { password: owner.password, email: owner.email } });
    expect(await refused.catch(codeOf)).toBe('session_required');
    const viewer = await organisation.signIn('viewer');
    const others = viewer.call(routes.members.erase, { params: { id: owner.userId }, body: { email: owner.email } });
    expect(await others.catch(codeOf)).toBe('access_denied');
    const admin = await organisation.signIn('admin');
    await organisation.signIn('owner');
    const byAdmin = admin.call(routes.members.erase, { params: { id: owner.userId }, body: { email: owner.email } });
    expect(await byAdmin.catch(codeOf)).toBe('access_denied');
    expect(await verify(owner)).toMatchObject({ intact: true });
  });

  test('to an admin of another organisation, who learns of nobody', async () => {
    const [one, two] = [await server.createOrganisation(), await server.createOrganisation()];
    const tried = one.owner.call(routes.members.erase, {
      params: { id: two.owner.userId },
      body: { email: two.owner.email },
    });
    expect(await tried.catch(codeOf)).toBe('member_not_found');
  });
});

/** Columns that only our own code writes: words of a list, digests, keys, sealed secrets, ids and versions of plugins. */
const ofMachines =
  /^(state|kind|type|types|plan|role|level|severity|purpose|format|language|mode|pin|decision|hook|via|credential|digest|sha256|histogram|latency|told|usage|scopes|permissions?|given|rules|range|plugins?|plugin_id|publisher|version|content_type|asked_by|depends_on|advisory|component|provider|by_host_call|traffic|waiting|default_role)$|(_hash|_digest|_key|_id|_type|_version|_token|_secret|secrets|secrets_set)$|^(hash|secret|token|verifier|proof|signature|sought|found|event|retention|access|deleted|id|name_of)$/;

test('every column that holds a text is searched, or it is said why not', async () => {
  const columns = await asSystem(server.db, 'erase', (tx) =>
    sql<{ table: string; column: string; type: string }>`
      select table_name as table, column_name as column, data_type as type from information_schema.columns
      where table_schema = 'public' and data_type in ('text', 'jsonb', 'bytea', 'ARRAY') and is_generated = 'NEVER'`.execute(
      tx,
    ),
  );
  expect(columns.rows.length).toBeGreaterThan(200);
  const searched = new Set([
    ...freeTexts.map(({ table, column }) => `${table}.${column}`),
    ...deletedRows.flatMap(({ table, columns: names, bytes }) =>
      [...names, ...(bytes === undefined ? [] : [bytes])].map((name) => `${table}.${name}`),
    ),
    ...sealedRows.map((table) => `${table}.value`),
  ]);
  const unsaid = columns.rows
    .filter(({ column }) => !ofMachines.test(column))
    .map(({ table, column }) => `${table}.${column}`)
    .filter((name) => !searched.has(name) && !(name in notSearched) && !(`${name.split('.')[0]}.*` in notSearched));
  expect(unsaid).toEqual([]);
});
