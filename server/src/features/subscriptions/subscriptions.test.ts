import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { writeArchive } from '@proofpix/pack/write-archive';
import { startServer, type TestMember, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';
import { asSystem } from '../../db/tenancy.ts';
import { eventOf, prices, secretKey, signed, startFakeStripe, type FakeStripe, type Said } from './test/fake-stripe.ts';

let stripe: FakeStripe;
let server: TestServer;
beforeAll(async () => {
  stripe = await startFakeStripe();
  server = await startServer({ environment: stripe.environment });
});
afterAll(async () => {
  await server?.stop();
  await stripe?.[Symbol.asyncDispose]();
});

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);
const seconds = () => Math.floor(Date.now() / 1_000);
const send = async (body: string, signature: string = signed(body), to = server.url) => {
  const response = await fetch(`${to}/api/subscription/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
    body,
  });
  return {
    status: response.status,
    code: response.ok ? undefined : ((await response.json()) as { code: string }).code,
  };
};
const say = async (said: Said) => expect(await send(eventOf(said))).toEqual({ status: 200, code: undefined });
const planOf = async (member: TestMember) => {
  const { plan, state } = await member.call(routes.subscription.read);
  return [plan, state];
};
const actsOf = (organisationId: string) =>
  asSystem(server.db, 'prune', (tx) =>
    tx
      .selectFrom('audit_acts')
      .select(['act', 'actor_id', 'before', 'after'])
      .where('organisation_id', '=', organisationId)
      .where('subject_kind', '=', 'subscription')
      .orderBy('created_at')
      .orderBy('id')
      .execute(),
  );

describe('buying', () => {
  let organisation: TestOrganisation;
  beforeAll(async () => {
    organisation = await server.createOrganisation({ plan: 'free' });
  });
  beforeEach(() => void (stripe.requests.length = 0));

  test('leads to a checkout for the chosen plan that names the organisation, and back', async () => {
    const { owner, id } = organisation;
    const { url } = await owner.call(routes.subscription.checkout, { body: { plan: 'professional' } });
    expect(url).toMatch(/^https:\/\/checkout\.stripe\.example\//);
    expect(stripe.requests).toMatchObject([
      {
        path: '/v1/checkout/sessions',
        fields: {
          mode: 'subscription',
          'line_items[0][price]': prices.professional,
          'line_items[0][quantity]': '1',
          client_reference_id: id,
          'subscription_data[metadata][organisation_id]': id,
          customer_email: owner.email,
          success_url: `${server.url}/subscription?paid=1`,
          cancel_url: `${server.url}/subscription`,
        },
      },
    ]);
    expect(stripe.requests[0]?.version).toMatch(/^\d{4}-\d\d-\d\d/);
  });

  test('is sent once more with the same key when the line breaks, and makes one checkout', async () => {
    stripe.breaking = 1;
    const { url } = await organisation.owner.call(routes.subscription.checkout, { body: { plan: 'enterprise' } });
    expect(url).toMatch(/^https:\/\/checkout\.stripe\.example\//);
    expect(stripe.requests).toHaveLength(1);
    expect(stripe.requests[0]?.key).not.toBe('');
  });

  test('that Stripe refuses says so by its code, without its text and without the key', async () => {
    stripe.refusing = { status: 402, code: 'account_closed' };
    const error = await organisation.owner
      .call(routes.subscription.checkout, { body: { plan: 'enterprise' } })
      .catch((thrown: unknown) => thrown);
    stripe.refusing = null;
    expect(error).toMatchObject({ code: 'payment_failed', detail: 'Stripe refused: account_closed.' });
    expect(String(error)).not.toContain(secretKey);
  });

  test('takes the access for it, and a portal takes a subscription', async () => {
    const developer = await organisation.signIn('developer');
    const buy = (member: TestMember) =>
      member.call(routes.subscription.checkout, { body: { plan: 'enterprise' } }).catch(codeOf);
    expect(await buy(developer)).toBe('access_denied');
    expect(await organisation.owner.call(routes.subscription.portal).catch(codeOf)).toBe('subscription_missing');
    await say({ organisationId: organisation.id, price: prices.professional });
    expect(await buy(organisation.owner)).toBe('subscription_exists');
    const { url } = await organisation.owner.call(routes.subscription.portal);
    expect(url).toMatch(/^https:\/\/billing\.stripe\.example\//);
    expect(stripe.requests.at(-1)?.fields).toEqual({ customer: 'cus_1', return_url: `${server.url}/subscription` });
  });

  test('is not possible where the operator set no Stripe, which the answer says', async () => {
    await using plain = await startServer();
    expect(await plain.call(routes.subscription.read)).toEqual({
      plan: 'enterprise',
      state: 'granted',
      renewsAt: null,
      endsAt: null,
      graceEndsAt: null,
      pluginsStoppedAt: null,
      sold: [],
      hasPortal: false,
    });
    const buy = plain.call(routes.subscription.checkout, { body: { plan: 'enterprise' } });
    expect(await buy.catch(codeOf)).toBe('subscription_not_sold');
    const body = eventOf({ organisationId: plain.organisationId, status: 'canceled' });
    expect((await send(body, signed(body), plain.url)).code).toBe('subscription_not_sold');
  });
});

describe('what Stripe says', () => {
  test('gives the plan that was bought, keeps it while a payment is tried again, and ends it', async () => {
    const { owner, id } = await server.createOrganisation({ plan: 'free' });
    const at = seconds() - 100;
    const periodEndsAt = at + 1_000_000;
    await say({ organisationId: id, type: 'customer.subscription.created', at, periodEndsAt });
    expect(await owner.call(routes.subscription.read)).toMatchObject({
      plan: 'enterprise',
      state: 'active',
      renewsAt: new Date(periodEndsAt * 1_000).toISOString(),
      endsAt: null,
      sold: ['professional', 'enterprise'],
      hasPortal: true,
    });
    await say({ organisationId: id, at: at + 1, cancelAtPeriodEnd: true, periodEndsAt });
    expect(await owner.call(routes.subscription.read)).toMatchObject({
      renewsAt: null,
      endsAt: new Date(periodEndsAt * 1_000).toISOString(),
    });
    await say({ organisationId: id, at: at + 2, status: 'past_due' });
    expect(await planOf(owner)).toEqual(['enterprise', 'past-due']);
    await say({ organisationId: id, at: at + 3, type: 'customer.subscription.deleted', status: 'canceled' });
    expect(await planOf(owner)).toEqual(['free', 'lapsed']);
    expect((await actsOf(id)).map(({ actor_id, before, after }) => [actor_id, before, after])).toEqual([
      ['stripe', { plan: 'free', state: 'granted' }, { plan: 'enterprise', state: 'active' }],
      ['stripe', { plan: 'enterprise', state: 'active' }, { plan: 'enterprise', state: 'past-due' }],
      ['stripe', { plan: 'enterprise', state: 'past-due' }, { plan: 'free', state: 'lapsed' }],
    ]);
  });

  test('is believed only with a signature over these bytes, and not when it is old', async () => {
    const { owner, id } = await server.createOrganisation({ plan: 'free' });
    const body = eventOf({ organisationId: id });
    const attempts: [signature: string, code: string][] = [
      [signed(body, { secret: 'whsec_guessed' }), 'webhook_signature_invalid'],
      [signed(body.replace('active', 'paused')), 'webhook_signature_invalid'],
      ['', 'webhook_signature_invalid'],
      [`t=${seconds()},v1=`, 'webhook_signature_invalid'],
      [`v1=${'ab'.repeat(32)}`, 'webhook_signature_invalid'],
      [signed(body).replace(/t=\d+/, `t=${seconds() - 1}`), 'webhook_signature_invalid'],
      [signed(body, { time: seconds() - 301 }), 'webhook_replayed'],
      [signed(body, { time: seconds() + 600 }), 'webhook_replayed'],
    ];
    for (const [signature, code] of attempts) expect((await send(body, signature)).code, signature).toBe(code);
    expect(await planOf(owner)).toEqual(['free', 'granted']);
    const huge = ' '.repeat(1_100_000);
    expect((await send(huge, signed(huge))).code).toBe('body_too_large');
  });

  test('counts once, however often the same message comes', async () => {
    const { owner, id } = await server.createOrganisation({ plan: 'free' });
    const body = eventOf({ organisationId: id });
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(body)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await planOf(owner)).toEqual(['enterprise', 'active']);
    expect(await actsOf(id)).toHaveLength(1);
    // An operator takes it away by hand; the kept copy does not bring it back.
    await asSystem(server.db, 'receive-payments', (tx) =>
      tx.updateTable('organisations').set({ plan: 'free' }).where('id', '=', id).execute(),
    );
    await send(body);
    expect((await planOf(owner))[0]).toBe('free');
  });

  test('may come in any order: the newest holds, and an end is the end', async () => {
    const at = seconds() - 1_000;
    const events: Omit<Said, 'organisationId'>[] = [
      { type: 'customer.subscription.created', at, price: prices.professional, status: 'incomplete' },
      { at, price: prices.professional },
      { at: at + 1, price: prices.enterprise },
      { at: at + 2, price: prices.enterprise, status: 'past_due' },
      { type: 'customer.subscription.deleted', at: at + 3, status: 'canceled' },
      // In the same second as the end, sent before it.
      { at: at + 3, status: 'active' },
    ];
    for (const order of [
      [0, 1, 2, 3, 4],
      [4, 3, 2, 1, 0],
      [2, 4, 1, 0, 3],
      [4, 5, 0, 2, 1],
    ]) {
      const { owner, id } = await server.createOrganisation({ plan: 'free' });
      for (const index of order) await say({ ...events[index], organisationId: id });
      expect(await planOf(owner), String(order)).toEqual(['free', 'lapsed']);
      // A new subscription begins anew; what is late of the old one does not touch it.
      const next = { organisationId: id, subscription: 'sub_2', begunAt: at + 500, at: at + 500 };
      await say(next);
      await say({ organisationId: id, at: at + 600, status: 'canceled', type: 'customer.subscription.deleted' });
      expect(await planOf(owner), String(order)).toEqual(['enterprise', 'active']);
    }
  });

  test('about anything else, of nobody here, or of a price that is not ours, changes nothing and is answered', async () => {
    const { owner, id } = await server.createOrganisation({ plan: 'professional' });
    for (const body of [
      '{}',
      'not json',
      '[]',
      JSON.stringify({ id: 'evt_other', type: 'invoice.paid', created: 1, data: { object: { id: 'in_1' } } }),
      eventOf({ organisationId: id, price: 'price_of_another_product', status: 'canceled' }),
      eventOf({ organisationId: id, status: 'a_status_of_tomorrow' }),
      eventOf({ organisationId: randomUUID() }),
      eventOf({ organisationId: "' or 1=1" }),
      eventOf({ organisationId: id, type: 'customer.subscription.trial_will_end', status: 'canceled' }),
    ]) {
      expect(await send(body), body.slice(0, 200)).toEqual({ status: 200, code: undefined });
    }
    expect(await planOf(owner)).toEqual(['professional', 'granted']);
  });
});

test('a lapsed plan stops installs at once, plugins after 14 days, deletes nothing, and brings the same ones back', async () => {
  const organisation = await server.createOrganisation({ plan: 'free' });
  const { owner, id } = organisation;
  const at = seconds() - 100;
  await say({ organisationId: id, at });
  for (const name of ['goes-on', 'was-off']) await install(owner, name, name === 'goes-on');
  const states = async () => {
    const { items } = await owner.call(routes.plugins.list);
    return Object.fromEntries(items.map((plugin) => [plugin.id, plugin.state]));
  };
  expect(await states()).toEqual({ 'goes-on': 'loaded', 'was-off': 'unloaded' });

  await say({ organisationId: id, at: at + 1, status: 'unpaid' });
  expect(await install(owner, 'another').catch(codeOf)).toBe('subscription_required');
  const lapsed = await owner.call(routes.subscription.read);
  const days = (new Date(lapsed.graceEndsAt ?? 0).getTime() - Date.now()) / 86_400_000;
  expect([Math.round(days), lapsed.pluginsStoppedAt]).toEqual([14, null]);
  expect(await states()).toEqual({ 'goes-on': 'loaded', 'was-off': 'unloaded' });
  const hook = () =>
    owner.call(routes.plugins.executeHook, { params: { hookName: 'file:uploaded' }, body: {} }).catch(codeOf);
  expect(await hook()).not.toBe('subscription_required');

  // As if two weeks had passed; the next message of Stripe has it looked at.
  await asSystem(server.db, 'receive-payments', (tx) =>
    tx
      .updateTable('subscriptions')
      .set({ grace_ends_at: new Date(Date.now() - 1_000) })
      .where('organisation_id', '=', id)
      .execute(),
  );
  await say({ organisationId: id, at: at + 2, status: 'unpaid' });
  await expect.poll(states, { timeout: 20_000 }).toEqual({ 'goes-on': 'unloaded', 'was-off': 'unloaded' });
  await expect
    .poll(async () => (await owner.call(routes.subscription.read)).pluginsStoppedAt, { timeout: 20_000 })
    .not.toBeNull();
  expect((await actsOf(id)).at(-1)).toMatchObject({
    act: 'subscription.grace-end',
    actor_id: 'subscription',
    after: { unloaded: ['goes-on'] },
  });

  await say({ organisationId: id, at: at + 3, status: 'active' });
  await expect.poll(states, { timeout: 20_000 }).toEqual({ 'goes-on': 'loaded', 'was-off': 'unloaded' });
  expect(await owner.call(routes.subscription.read)).toMatchObject({
    plan: 'enterprise',
    graceEndsAt: null,
    pluginsStoppedAt: null,
  });
});

async function install(owner: TestMember, id: string, autoLoad = false): Promise<void> {
  const manifest = {
    id,
    name: `Plugin ${id}`,
    version: '1.0.0',
    description: 'It is there to be loaded and unloaded.',
    author: 'A test',
    type: 'utility',
    category: 'other',
    permissions: [],
    hooks: [],
  };
  const archive = await writeArchive(
    new Map([
      ['manifest.json', Buffer.from(JSON.stringify(manifest))],
      ['index.js', Buffer.from('exports.hooks = {};')],
    ]),
  );
  const form = new FormData();
  form.set('plugin', new Blob([new Uint8Array(archive)]), 'plugin.zip');
  form.set('grants', 'requested');
  form.set('autoLoad', String(autoLoad));
  const response = await owner.fetch('/api/plugins/install', { method: 'POST', body: form });
  if (!response.ok) throw new Problem(((await response.json()) as { code: 'internal' }).code);
  if (response.status !== 202) return;
  const { id: job } = (await response.json()) as { id: string }; // the contract's reply
  await expect
    .poll(async () => (await owner.call(routes.jobs.get, { params: { id: job } })).state, { timeout: 30_000 })
    .toBe('done');
}
