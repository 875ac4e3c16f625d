import { randomUUID } from 'node:crypto';
import type { Offer, Order } from '@proofpix/contract/api/purchases';
import type { Price } from '@proofpix/contract/money/prices';
import type { Subscription } from '@proofpix/contract/api/subscription';
import type { Usage } from '@proofpix/contract/api/usage';
import { rateLimitNames, rateLimits } from '@proofpix/contract/rate-limits';
import { account, pageOf } from './fake-data.ts';

type Token = {
  id: string;
  name: string;
  access: string[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  lastUsedFrom: string | null;
};

export type FakeSubscription = {
  subscription: Subscription;
  usage: Usage;
  tokens: Token[];
  orders: Order[];
  offer: Offer;
  /** What the pages sent. */
  sent: { name: string; body: unknown }[];
  /** Undefined: nothing is to be said; null: not asked of these. */
  answer: (name: string, body: Buffer) => unknown;
};

/** The tokens, the plan and what is used of it. */
export function fakeSubscription(): FakeSubscription {
  const fake: FakeSubscription = {
    subscription: {
      plan: 'enterprise',
      state: 'granted',
      renewsAt: null,
      endsAt: null,
      graceEndsAt: null,
      pluginsStoppedAt: null,
      sold: [],
      hasPortal: false,
    },
    usage: {
      plan: 'enterprise',
      requests: { used: 4_790, limit: null, resetsAt: '2026-12-01T00:00:00.000Z' },
      months: [
        { month: '2026-11', requests: 4_790 },
        { month: '2026-10', requests: 12_305 },
      ],
      rateLimits: rateLimitNames.map((name) => {
        const { per, requests, seconds } = rateLimits[name];
        return { name, per, requests, seconds };
      }),
    },
    tokens: [
      tokenOf('Nightly upload', ['runs:read', 'runs:create'], {
        lastUsedAt: '2026-11-03T09:12:00.000Z',
        lastUsedFrom: '192.0.2.0/24',
      }),
      tokenOf('Old script', ['signed-in', 'runs:read'], { expiresAt: '2026-06-01T00:00:00.000Z' }),
    ],
    orders: [orderOf('PP-000007', 'paid'), orderOf('PP-000008', 'open')],
    offer: {
      price: { kind: 'monthly', amount: 1_900, currency: 'EUR', trialDays: 14 },
      agreed: null,
      trial: 'open',
      licence: null,
      countries: ['DE', 'CH'],
      byStripe: false,
    },
    sent: [],
    answer(name, bytes) {
      const [method, path = ''] = name.split(' ');
      const isRevenue = /^\/api\/publishers\/[^/]+\/(revenue|prices|sales|payout-account|plugins)/.test(path);
      const isPrice = /^\/api\/marketplace\/plugins\/[^/]+\/[^/]+\/price$/.test(path);
      if (!isRevenue && !isPrice && !/^\/api\/(tokens|organisations\/tokens|usage|subscription|purchases)/.test(path))
        return null;
      const body: unknown = bytes.length === 0 ? undefined : JSON.parse(bytes.toString());
      if (method !== 'GET') fake.sent.push({ name: `${method} ${path.replace(/[0-9a-f-]{36}/, ':id')}`, body });
      if (isPrice) return fake.offer;
      if (isRevenue) return answerRevenue(fake, name, body);
      if (path.startsWith('/api/purchases')) return answerPurchases(fake, name);
      if (name === 'GET /api/usage') return fake.usage;
      if (name === 'GET /api/subscription') return fake.subscription;
      if (path.startsWith('/api/subscription/')) return { url: `https://checkout.stripe.example/${randomUUID()}` };
      if (name === 'GET /api/tokens') return { items: fake.tokens };
      if (name === 'GET /api/organisations/tokens') {
        const { id, name: memberName, email } = account.user;
        return pageOf(fake.tokens.map((token) => ({ ...token, member: { id, name: memberName, email } })));
      }
      if (name === 'POST /api/tokens') {
        const wanted = body as { name: string; access: string[]; expiresAt: string }; // what the page sends
        const expiresAt = wanted.expiresAt === 'never' ? null : wanted.expiresAt;
        const made = tokenOf(wanted.name, wanted.access, { expiresAt });
        fake.tokens = [made, ...fake.tokens];
        return { ...made, token: `ppx_${'k'.repeat(43)}` };
      }
      fake.tokens = fake.tokens.filter(({ id }) => !path.endsWith(id));
      return undefined;
    },
  };
  return fake;
}

function tokenOf(name: string, access: string[], more: Partial<Token> = {}): Token {
  return {
    id: randomUUID(),
    name,
    access,
    createdAt: '2026-11-01T08:00:00.000Z',
    expiresAt: '2099-01-30T08:00:00.000Z',
    lastUsedAt: null,
    lastUsedFrom: null,
    ...more,
  };
}

function answerPurchases(fake: FakeSubscription, name: string): unknown {
  if (name === 'GET /api/purchases') return { orders: fake.orders, licences: [] };
  if (name === 'POST /api/purchases') {
    const order = orderOf('PP-000009', 'open');
    fake.orders = [order, ...fake.orders];
    return { order, url: null };
  }
  if (name === 'POST /api/purchases/trial') {
    const named = { publisher: 'halden-geo', plugin: 'weather-at-capture', source: 'marketplace' };
    const licence = {
      ...named,
      kind: 'trial',
      state: 'valid',
      endsAt: '2099-01-30T08:00:00.000Z',
      statement: '{}',
    } as const;
    fake.offer = { ...fake.offer, trial: 'used', licence };
    return licence;
  }
  const changed = fake.orders.find(({ id }) => name.includes(id));
  if (changed === undefined) return undefined;
  if (name.endsWith('/cancel')) changed.state = 'cancelled';
  else Object.assign(changed, { refundAskedAt: '2026-11-20T10:00:00.000Z', refundUntil: null });
  return changed;
}

export function orderOf(invoice: string, state: 'open' | 'paid'): Order {
  return {
    id: randomUUID(),
    invoice,
    publisher: 'halden-geo',
    plugin: 'weather-at-capture',
    kind: 'monthly',
    currency: 'EUR',
    net: 1_900,
    tax: 361,
    total: 2_261,
    country: 'DE',
    method: 'invoice',
    state,
    returned: 0,
    createdAt: '2026-11-01T08:00:00.000Z',
    paidAt: state === 'paid' ? '2026-11-02T08:00:00.000Z' : null,
    refundUntil: state === 'paid' ? '2099-12-02T08:00:00.000Z' : null,
    refundAskedAt: null,
  };
}

function answerRevenue(fake: FakeSubscription, name: string, body: unknown): unknown {
  const eur = { currency: 'EUR' } as const;
  if (name.endsWith('/revenue'))
    return {
      balances: [{ ...eur, held: 13_300, payable: -1_330, paid: 250_000 }],
      months: [
        {
          ...eur,
          month: '2026-11',
          plugin: 'weather-at-capture',
          orders: 11,
          sales: 20_900,
          fees: 6_270,
          refunds: 1_900,
          share: 12_730,
        },
      ],
      payouts: [],
      payoutAccount: null,
      feeBasisPoints: 3_000,
    };
  if (name.endsWith('/prices'))
    return { items: fake.offer.price === null ? [] : [{ plugin: 'weather-at-capture', price: fake.offer.price }] };
  if (name.endsWith('/sales'))
    return {
      items: fake.orders.map((order) => {
        const more = { fee: 570, share: 1_330, held: 1_330, heldUntil: order.refundUntil, refundReason: null };
        return { ...order, ...more, ...(order.refundAskedAt === null ? {} : { refundReason: 'Not for us' }) };
      }),
    };
  if (name.endsWith('/price')) fake.offer = { ...fake.offer, price: body as Price }; // what the page sends
  if (name.endsWith('/refund')) for (const order of fake.orders) if (name.includes(order.id)) order.state = 'refunded';
  return body;
}
