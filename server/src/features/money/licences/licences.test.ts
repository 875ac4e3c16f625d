import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import type { Json } from '@proofpix/contract/json';
import { makeSigningKey } from '@proofpix/signatures/keys';
import { signLicence, type LicenceStatement } from '@proofpix/signatures/licence';
import { orderSold, sellTo } from '../../../../test/money-fixtures.ts';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import { ask, ended, sendJson } from '../../plugins/test/test-plugins.ts';
import { makePublisher, makeReviewer, publish } from '../../submissions/test/publishing.ts';

let server: TestServer;
let seller: TestMember;
const publisher = 'halden-geo';
const price = { kind: 'one-time', amount: 1_900, currency: 'EUR', trialDays: 14 } as const;
const plugins = ['lens-reader', 'was-free', 'sky-check', 'deep-look', 'fog-meter', 'tide-table'] as const;
beforeAll(async () => {
  server = await startServer();
  seller = (await server.createOrganisation()).owner;
  const reviewer = await makeReviewer(server);
  await makePublisher(seller, publisher);
  for (const id of plugins) await publish({ owner: seller, reviewer }, publisher, { manifest: { id } });
  await sellTo(server);
  for (const id of plugins) if (id !== 'was-free') await setPrice(id, price);
});
afterAll(() => server?.stop());

const setPrice = (plugin: string, body: object) =>
  seller.call(routes.revenue.setPrice, { params: { publisher, plugin }, body: { ...price, ...body } });
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'no problem',
    (problem: { code: string }) => problem.code,
  );
/** The code of what refused it, however long that took. */
const install = async (member: TestMember, pluginId: string) => {
  const body = { publisher, pluginId, version: '1.0.0', grants: [], autoLoad: true };
  const end = await ended(member, await sendJson(member, '/api/plugins/install', 'POST', body));
  return 'code' in end ? end.code : 'no problem';
};
const answer = async (member: TestMember, id: string) => {
  const [result] = await ask(member, `${id}:ask`);
  return result?.ok === true ? 'answers' : (result?.error?.code ?? 'nothing');
};
const buy = async (member: TestMember, plugin: string) => {
  const { id } = await orderSold(member, { publisher, plugin });
  return server.call(routes.money.markPaid, { params: { id } });
};
const trial = (member: TestMember, plugin: string) =>
  member.call(routes.purchases.trial, { body: { publisher, plugin } });
const licenceOf = async (member: TestMember, plugin: string) =>
  (await member.call(routes.purchases.offer, { params: { publisher, plugin } })).licence;
/** As whoever can write into the database, and has no key. */
const forge = (member: TestMember, plugin: string, change: { statement?: Json; ends_at?: Date | null }) =>
  asSystem(server.db, 'money', (tx) =>
    tx
      .updateTable('licences')
      .set({
        ...(change.statement === undefined ? {} : { statement: jsonText(change.statement) }),
        ...(change.ends_at === undefined ? {} : { ends_at: change.ends_at }),
      })
      .where('organisation_id', '=', member.organisationId)
      .where('plugin_id', '=', plugin)
      .execute(),
  );
const envelopeOf = async (member: TestMember, plugin: string) =>
  JSON.parse((await licenceOf(member, plugin))?.statement ?? 'null') as {
    payload: string;
    signatures: Json[];
    payloadType: string;
  };
const statementIn = ({ payload }: { payload: string }) =>
  JSON.parse(Buffer.from(payload, 'base64').toString()) as LicenceStatement;
const reload = (member: TestMember, id: string) => refusal(member.call(routes.plugins.load, { params: { id } }));

describe('a plugin that costs money', () => {
  test('is installed with a licence only, answers while it has one, and loses nothing when that is gone', async () => {
    const { owner } = await server.createOrganisation();
    expect(await install(owner, 'lens-reader')).toBe('licence_missing');
    expect((await owner.call(routes.plugins.list)).items).toEqual([]);
    const sale = await buy(owner, 'lens-reader');
    expect(await install(owner, 'lens-reader')).toBe('no problem');
    expect(await answer(owner, 'lens-reader')).toBe('answers');
    const body = { amount: null, returned: 0, reason: 'Sorry' };
    await server.call(routes.money.refund, { params: { id: sale.id }, body });
    // At the very next call, and by nobody's doing.
    expect(await answer(owner, 'lens-reader')).toBe('licence_missing');
    expect(await reload(owner, 'lens-reader')).toBe('licence_missing');
    expect((await owner.call(routes.plugins.list)).items).toMatchObject([{ id: 'lens-reader' }]);
    await buy(owner, 'lens-reader');
    expect(await answer(owner, 'lens-reader')).toBe('answers');
  });

  test('and was installed while it was free stays free there, but not where it is installed anew', async () => {
    const { owner } = await server.createOrganisation();
    expect(await install(owner, 'was-free')).toBe('no problem');
    await setPrice('was-free', {});
    const later = (await server.createOrganisation()).owner;
    expect(await install(later, 'was-free')).toBe('licence_missing');
    expect(await reload(owner, 'was-free')).toBe('no problem');
    expect(await answer(owner, 'was-free')).toBe('answers');
    await owner.call(routes.plugins.uninstall, { params: { id: 'was-free' } });
    expect(await install(owner, 'was-free')).toBe('licence_missing');
    await setPrice('was-free', { kind: 'free', amount: 0, trialDays: 0 });
    expect(await install(owner, 'was-free')).toBe('no problem');
  });
});

describe('a trial', () => {
  test('is begun once by an organisation, whatever becomes of the plugin', async () => {
    const { owner } = await server.createOrganisation();
    const outcomes = await Promise.all([1, 2, 3].map(() => refusal(trial(owner, 'sky-check'))));
    expect(outcomes.sort()).toEqual(['no problem', 'trial_used', 'trial_used']);
    expect(await install(owner, 'sky-check')).toBe('no problem');
    expect(await answer(owner, 'sky-check')).toBe('answers');
    await owner.call(routes.plugins.uninstall, { params: { id: 'sky-check' } });
    expect(await refusal(trial(owner, 'sky-check'))).toBe('trial_used');
    await setPrice('sky-check', { trialDays: 30 });
    expect(await refusal(trial(owner, 'sky-check'))).toBe('trial_used');
    const viewer = (await server.createOrganisation()).signIn('viewer');
    expect(await refusal(trial(await viewer, 'sky-check'))).toBe('access_denied');
  });

  test('ends by the latest moment that the server has seen: a clock that is turned back does not lengthen it', async () => {
    const { owner } = await server.createOrganisation();
    await trial(owner, 'fog-meter');
    expect(await install(owner, 'fog-meter')).toBe('no problem');
    expect(await answer(owner, 'fog-meter')).toBe('answers');
    const ends = Date.parse((await licenceOf(owner, 'fog-meter'))?.endsAt ?? '');
    const clock_seen = new Date(ends + 1_000);
    await asSystem(server.db, 'money', (tx) => tx.updateTable('money_settings').set({ clock_seen }).execute());
    // Any payment has the server look.
    await buy(owner, 'tide-table');
    // The clock itself is still before the end.
    expect(Date.now()).toBeLessThan(ends);
    expect(await answer(owner, 'fog-meter')).toBe('licence_ended');
    expect(await reload(owner, 'fog-meter')).toBe('licence_ended');
    await buy(owner, 'fog-meter');
    expect(await answer(owner, 'fog-meter')).toBe('answers');
  });
});

describe('a licence is believed by its signature alone', () => {
  test('not by what stands beside it, nor altered, nor signed by another key', async () => {
    const { owner } = await server.createOrganisation();
    await buy(owner, 'deep-look');
    expect(await install(owner, 'deep-look')).toBe('no problem');
    const good = await envelopeOf(owner, 'deep-look');
    const statement = statementIn(good);
    expect(statement).toMatchObject({
      organisation: owner.organisationId,
      source: 'marketplace',
      publisher,
      until: null,
    });
    const payload = (change: Partial<LicenceStatement>) =>
      Buffer.from(JSON.stringify({ ...statement, ...change })).toString('base64');
    for (const [name, forged] of Object.entries({
      altered: { ...good, payload: payload({ renewBy: '2099-01-01T00:00:00.000Z' }) },
      'by another key': signLicence(statement, makeSigningKey().key),
      'of another kind': { ...good, payloadType: 'application/vnd.in-toto+json' },
      'without a signature': { ...good, signatures: [] },
      empty: {},
    })) {
      await forge(owner, 'deep-look', { statement: forged as Json });
      expect(await reload(owner, 'deep-look'), name).toBe('licence_invalid');
      expect(await answer(owner, 'deep-look'), name).toBe('licence_invalid');
      expect(await licenceOf(owner, 'deep-look'), name).toMatchObject({ state: 'invalid' });
    }
    await forge(owner, 'deep-look', { statement: good as Json });
    expect(await reload(owner, 'deep-look')).toBe('no problem');
    expect(await answer(owner, 'deep-look')).toBe('answers');
  });

  test('and is good for its own organisation and plugin alone', async () => {
    const { owner } = await server.createOrganisation();
    const other = (await server.createOrganisation()).owner;
    await buy(owner, 'deep-look');
    await trial(other, 'deep-look');
    expect(await install(other, 'deep-look')).toBe('no problem');
    await forge(other, 'deep-look', { statement: (await envelopeOf(owner, 'deep-look')) as Json });
    expect(await reload(other, 'deep-look')).toBe('licence_invalid');
    await buy(owner, 'sky-check');
    await forge(owner, 'sky-check', { statement: (await envelopeOf(owner, 'deep-look')) as Json });
    expect(await install(owner, 'sky-check')).toBe('licence_invalid');
  });

  test('and not when the row says that it ends later', async () => {
    const { owner } = await server.createOrganisation();
    await trial(owner, 'deep-look');
    const before = await licenceOf(owner, 'deep-look');
    await forge(owner, 'deep-look', { ends_at: new Date('2099-01-01') });
    expect(await licenceOf(owner, 'deep-look')).toEqual(before);
  });
});
