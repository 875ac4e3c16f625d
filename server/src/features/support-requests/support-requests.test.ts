import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reopenDays, supportRequestsPerDay } from '@proofpix/contract/community/support-requests';
import { routes } from '@proofpix/contract/routes';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { insertPublishing } from '../../../test/publishing-fixtures.ts';
import { readArchive } from '../privacy/test/read-archive.ts';
import { startServer, type TestMember, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';

let server: TestServer;
let maker: TestOrganisation;
let customer: TestOrganisation;
let stranger: TestOrganisation;
let publisher: string;
let plugin: string;

beforeAll(async () => {
  server = await startServer();
  maker = await server.createOrganisation();
  customer = await server.createOrganisation();
  stranger = await server.createOrganisation();
  const made = await insertPublishing(server, maker.id);
  [publisher, plugin] = [made.PUBLISHER, made.RELEASED];
});
afterAll(() => server?.stop());

const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => ({ code: 'no problem' }),
    (problem: { code: string }) => problem,
  );
const refusal = async (work: Promise<unknown>) => (await problemOf(work)).code;
const context = { pluginVersion: '1.0.0', platformVersion: '1.0.0', errorCode: 'plugin_timeout' };
const asked = { subject: 'It stops', text: 'At the tenth photo.', context };
const ask = (member: TestMember = customer.owner, more: object = {}) =>
  member.call(routes.supportRequests.create, { body: { publisher, plugin, ...asked, ...more } });
const write = (id: string, text = 'Still so.', member = customer.owner) =>
  member.call(routes.supportRequests.write, { params: { id }, body: { text } });
const reply = (id: string, more: object = {}, member = maker.owner) =>
  member.call(routes.supportRequests.reply, { params: { publisher, id }, body: { text: 'We look.', ...more } });
const open = (id: string, member = maker.owner, name = publisher) =>
  member.call(routes.supportRequests.open, { params: { publisher: name, id } });
const read = (id: string, member = customer.owner) => member.call(routes.supportRequests.get, { params: { id } });
const end = (id: string, state: 'solved' | 'closed') =>
  customer.owner.call(routes.supportRequests.end, { params: { id }, body: { state } });
/** As if time had passed: the clock of the database cannot be turned. */
const age = (id: string, days: number) =>
  asSystem(server.db, 'support', (tx) =>
    sql`update support_requests set created_at = created_at - make_interval(days => ${days}),
      first_answer_at = first_answer_at - make_interval(days => ${days}),
      ended_at = ended_at - make_interval(days => ${days}) where id = ${id}`.execute(tx),
  );

describe('a support request', () => {
  test('goes between two organisations, state by state', async () => {
    const { id, state, context: sent } = await ask(await customer.signIn('analyst'));
    expect(state).toBe('open');
    expect(sent).toEqual(context);
    const { name } = (await customer.owner.call(routes.auth.account)).organisation;
    const { items } = await maker.owner.call(routes.supportRequests.queue, { params: { publisher } });
    expect(items).toMatchObject([{ id, subject: 'It stops', state: 'open', organisation: name, firstAnswerAt: null }]);
    const first = await reply(id, { text: 'How large are they?', asks: true });
    expect(first).toMatchObject({ state: 'waiting', firstAnswerAt: expect.any(String) as string });
    expect((await write(id, '20 MB each.')).state).toBe('open');
    const second = await reply(id, { text: 'Take version 1.1.' });
    expect(second).toMatchObject({ state: 'answered', firstAnswerAt: first.firstAnswerAt });
    expect((await end(id, 'solved')).state).toBe('solved');
    const seen = await read(id, await customer.signIn('auditor'));
    expect(seen.messages.map(({ side, text }) => [side, text])).toEqual([
      ['customer', 'At the tenth photo.'],
      ['publisher', 'How large are they?'],
      ['customer', '20 MB each.'],
      ['publisher', 'Take version 1.1.'],
    ]);
    expect(seen.organisation).toBeNull();
  });

  test('carries what was left in, and nothing that was not asked for', async () => {
    const { context: sent } = await ask(customer.owner, { context: {} });
    expect(sent).toEqual({ pluginVersion: null, platformVersion: null, errorCode: null });
    const wrong = [{ logs: 'a line' }, { errorCode: 'TypeError: photo.jpg is none' }, { pluginVersion: '<b>' }];
    for (const more of wrong) expect(await refusal(ask(customer.owner, { context: more }))).toBe('invalid_request');
  });

  test('names people as they call themselves, and never by an address or an id', async () => {
    const { id } = await ask();
    await reply(id);
    for (const seen of [await read(id), await open(id)]) {
      const text = JSON.stringify(seen);
      expect(seen.messages.map(({ author }) => author)).toEqual(['Another owner', 'Another owner']);
      for (const { email, userId, organisationId } of [maker.owner, customer.owner])
        for (const secret of [email, userId, organisationId]) expect(text).not.toContain(secret);
    }
  });

  test('is opened again by the customer, within fourteen days, and not by the publisher', async () => {
    const { id } = await ask();
    await reply(id);
    await end(id, 'closed');
    expect(await refusal(reply(id))).toBe('support_request_state');
    expect(await refusal(end(id, 'solved'))).toBe('support_request_state');
    expect((await write(id)).state).toBe('open');
    await end(id, 'solved');
    await age(id, reopenDays);
    expect(await refusal(write(id))).toBe('support_request_state');
    expect((await read(id)).state).toBe('solved');
  });

  test('is not put away by a publisher that has not answered it', async () => {
    const { id } = await ask();
    const settle = () =>
      maker.owner.call(routes.supportRequests.settle, { params: { publisher, id }, body: { state: 'closed' } });
    expect(await refusal(settle())).toBe('support_request_state');
    await reply(id);
    expect((await settle()).state).toBe('closed');
  });

  test('is asked of somebody else who can answer', async () => {
    expect(await refusal(ask(maker.owner))).toBe('support_not_offered');
    expect(await refusal(ask(customer.owner, { plugin: 'nobodys-plugin' }))).toBe('release_not_found');
    const leaving = await server.createOrganisation();
    const { PUBLISHER, RELEASED } = await insertPublishing(server, leaving.id);
    await asSystem(server.db, 'erase', (tx) => tx.deleteFrom('organisations').where('id', '=', leaving.id).execute());
    const gone = { publisher: PUBLISHER, plugin: RELEASED };
    expect(await refusal(ask(customer.owner, gone))).toBe('support_not_offered');
  });

  test('has a limit, also for many at once', async () => {
    const { owner } = await server.createOrganisation();
    const codes = await Promise.all(Array.from({ length: supportRequestsPerDay + 3 }, () => refusal(ask(owner))));
    expect(codes.filter((code) => code === 'no problem')).toHaveLength(supportRequestsPerDay);
    expect(codes.filter((code) => code === 'too_many_support_requests')).toHaveLength(3);
  });
});

describe('a third organisation', () => {
  test('finds nothing of it, whatever it calls, exactly as where nothing is', async () => {
    const { id } = await ask();
    await reply(id);
    const third = stranger.owner;
    const { PUBLISHER: own } = await insertPublishing(server, stranger.id);
    const attempts = (wanted: string) => [
      ['GET', `/api/support-requests/${wanted}`],
      ['POST', `/api/support-requests/${wanted}/messages`, { text: 'x' }],
      ['POST', `/api/support-requests/${wanted}/end`, { state: 'solved' }],
      // Through the publisher's own door, and through that of their own.
      ...[publisher, own].flatMap((name) => [
        ['GET', `/api/publishers/${name}/support-requests/${wanted}`],
        ['POST', `/api/publishers/${name}/support-requests/${wanted}/messages`, { text: 'x' }],
        ['POST', `/api/publishers/${name}/support-requests/${wanted}/end`, { state: 'closed' }],
      ]),
    ];
    const answersOf = async (wanted: string) => {
      const told = [];
      for (const [method, path, body] of attempts(wanted) as [string, string, object?][]) {
        const init = body === undefined ? {} : { body: JSON.stringify(body) };
        const headers = { 'content-type': 'application/json' };
        const response = await third.fetch(path, { method, headers, ...init });
        const { requestId: _own, ...said } = (await response.json()) as { requestId: string; code: string };
        told.push([response.status, said]);
      }
      return told;
    };
    const [foreign, missing] = [await answersOf(id), await answersOf(randomUUID())];
    expect(foreign).toEqual(missing);
    expect(new Set(foreign.map(([status]) => status))).toEqual(new Set([404]));
    const params = { publisher };
    expect(await refusal(third.call(routes.supportRequests.queue, { params }))).toBe('publisher_not_found');
    expect((await third.call(routes.supportRequests.list)).items).toEqual([]);
    expect((await read(id)).messages).toHaveLength(2);
  });

  test('nor do the two sides take each other for themselves', async () => {
    const { id } = await ask();
    expect(await refusal(read(id, maker.owner))).toBe('support_request_not_found');
    expect(await refusal(write(id, 'x', maker.owner))).toBe('support_request_not_found');
    expect(await refusal(open(id, customer.owner))).toBe('support_request_not_found');
    expect(await refusal(reply(id, {}, customer.owner))).toBe('support_request_not_found');
    const { PUBLISHER: other } = await insertPublishing(server, maker.id);
    expect(await refusal(open(id, maker.owner, other))).toBe('support_request_not_found');
  });

  test('reaches no row by its own transaction, and no customer writes as the publisher', async () => {
    const { id } = await ask();
    await withOrganisation(server.db, stranger.id, async (tx) => {
      expect(await tx.selectFrom('support_requests').selectAll().where('id', '=', id).execute()).toEqual([]);
      expect(await tx.selectFrom('support_messages').selectAll().where('request_id', '=', id).execute()).toEqual([]);
    });
    const row = { organisation_id: customer.id, request_id: id, text: 'It was quick', side: 'publisher' } as const;
    const forged = [
      withOrganisation(server.db, customer.id, (tx) => tx.insertInto('support_messages').values(row).execute()),
      withOrganisation(server.db, customer.id, (tx) =>
        tx.updateTable('support_requests').set({ first_answer_at: new Date() }).where('id', '=', id).execute(),
      ),
      // A message that hangs on another organisation's request.
      withOrganisation(server.db, stranger.id, (tx) =>
        tx.insertInto('support_messages').values({ organisation_id: stranger.id, request_id: id, text: 'x' }).execute(),
      ),
    ];
    const codes = (await Promise.all(forged.map(problemOf))).map(({ code }) => code);
    expect(codes).toEqual(['42501', '42501', '23503']);
  });

  test('which takes the publisher over answers from then on, and the one before no more', async () => {
    const made = await insertPublishing(server, maker.id);
    const to = { publisher: made.PUBLISHER, plugin: made.RELEASED };
    const { id } = await ask(customer.owner, to);
    const params = { publisher: to.publisher };
    const { name } = (await stranger.owner.call(routes.auth.account)).organisation;
    await maker.owner.call(routes.publishers.offer, { params, body: { organisation: name } });
    await stranger.owner.call(routes.publishers.accept, { params });
    expect(await refusal(open(id, maker.owner, to.publisher))).toBe('support_request_not_found');
    expect((await open(id, stranger.owner, to.publisher)).id).toBe(id);
  });
});

describe('the first answer', () => {
  test('is measured from the requests of ninety days, unanswered ones with their wait, from five on', async () => {
    const made = await insertPublishing(server, maker.id);
    const to = { publisher: made.PUBLISHER, plugin: made.RELEASED };
    const median = async () =>
      (await stranger.owner.call(routes.supportRequests.firstAnswer, { params: { publisher: to.publisher } }))
        .medianSeconds;
    const answeredAfter = (id: string, hours: number | null) =>
      asSystem(server.db, 'support', (tx) =>
        sql`update support_requests set created_at = clock_timestamp() - interval '40 hours',
          first_answer_at = clock_timestamp() - interval '40 hours' + make_interval(hours => ${hours})
          where id = ${id}`.execute(tx),
      );
    const ids = [];
    for (const hours of [1, 2, 3, null]) {
      const { id } = await ask(customer.owner, to);
      await answeredAfter(id, hours);
      ids.push(id);
    }
    expect(await median()).toBeNull();
    await answeredAfter((await ask(stranger.owner, to)).id, null);
    // 1, 2, 3 hours, and two that have waited for forty.
    expect(await median()).toBe(3 * 3_600);
    await age(ids[0] ?? '', 91);
    expect(await median()).toBeNull();
    const nobodys = { params: { publisher: 'nobodys-publisher' } };
    expect(await refusal(stranger.owner.call(routes.supportRequests.firstAnswer, nobodys))).toBe('publisher_not_found');
  });
});

describe('whoever takes their data along', () => {
  test('has what they wrote on either side, and nothing that the other one wrote', async () => {
    const { id } = await ask(customer.owner, { text: 'Of the customer alone.' });
    await reply(id, { text: 'Of the publisher alone.' });
    const saidBy = async (member: TestMember) => {
      const response = await member.fetch('/api/account/data');
      return readArchive(Buffer.from(await response.arrayBuffer())).get('conversations.json') ?? '';
    };
    const [theirs, ours] = [await saidBy(customer.owner), await saidBy(maker.owner)];
    expect([theirs.includes('Of the customer alone.'), theirs.includes('Of the publisher alone.')]).toEqual([
      true,
      false,
    ]);
    expect([ours.includes('Of the customer alone.'), ours.includes('Of the publisher alone.')]).toEqual([false, true]);
  });
});

describe('whoever is gone', () => {
  test('leaves no name behind, and an organisation none of its requests', async () => {
    const leaving = await server.createOrganisation();
    const member = await leaving.signIn('analyst');
    const { id } = await ask(member);
    await member.call(routes.account.erase, { body: { password: member.password, email: member.email } });
    expect((await open(id)).messages).toMatchObject([{ author: null, text: 'At the tenth photo.' }]);
    const { name } = (await leaving.owner.call(routes.auth.account)).organisation;
    await leaving.owner.call(routes.organisations.erase, { body: { password: leaving.owner.password, name } });
    await server.erase(new Date(Date.now() + 400 * 86_400_000));
    expect(await refusal(open(id))).toBe('support_request_not_found');
  });
});
