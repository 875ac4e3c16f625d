import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export const secretKey = 'sk_test_of_the_fake';
export const webhookSecret = 'whsec_of_the_fake';
export const prices = { professional: 'price_professional', enterprise: 'price_enterprise' };

export type FakeStripe = AsyncDisposable & {
  url: string;
  /** What a server sets to sell plans here. */
  environment: Record<string, string>;
  /** The forms that came, by path. */
  requests: { path: string; key: string; version: string; fields: Record<string, string> }[];
  /** So many requests are carried out, and break off before the answer. */
  breaking: number;
  /** Answers everything with this error of its own. */
  refusing: { status: number; code: string } | null;
};

/** Forms in, JSON out, as Stripe's interface is: a key, idempotency, errors. */
export async function startFakeStripe(): Promise<FakeStripe> {
  const answers = new Map<string, { form: string; body: string }>();
  const server = createServer((request, response) => {
    void (async () => {
      const form = await textOf(request);
      const [path = '', key = ''] = [request.url, String(request.headers['idempotency-key'] ?? '')];
      const send = (status: number, body: unknown) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      };
      const refuse = (status: number, type: string, code?: string) =>
        send(status, { error: { type, code, message: `Refused with ${secretKey}` } });
      if (request.headers.authorization !== `Bearer ${secretKey}`) return refuse(401, 'invalid_request_error');
      if (fake.refusing !== null) return refuse(fake.refusing.status, 'invalid_request_error', fake.refusing.code);
      if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') !== true)
        return refuse(400, 'invalid_request_error', 'not_a_form');
      const before = answers.get(key);
      if (before !== undefined && before.form !== form) return refuse(400, 'idempotency_error');
      if (before !== undefined) return send(200, before.body);
      const fields = Object.fromEntries(new URLSearchParams(form));
      fake.requests.push({ path, key, version: String(request.headers['stripe-version']), fields });
      const pages: Record<string, string> = {
        '/v1/checkout/sessions': `https://checkout.stripe.example/${randomUUID()}`,
        '/v1/billing_portal/sessions': `https://billing.stripe.example/${randomUUID()}`,
        '/v1/refunds': '',
        '/v1/transfers': '',
      };
      if (pages[path] === undefined) return refuse(404, 'invalid_request_error', 'resource_missing');
      const body = JSON.stringify({ id: randomUUID(), url: pages[path] });
      answers.set(key, { form, body });
      if (fake.breaking > 0) {
        fake.breaking -= 1;
        return void request.socket.destroy();
      }
      return send(200, body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const url = `http://127.0.0.1:${port}`;
  const fake: FakeStripe = {
    url,
    environment: {
      STRIPE_SECRET_KEY: secretKey,
      STRIPE_WEBHOOK_SECRET: webhookSecret,
      STRIPE_PRICE_PROFESSIONAL: prices.professional,
      STRIPE_PRICE_ENTERPRISE: prices.enterprise,
      STRIPE_API_URL: url,
    },
    requests: [],
    breaking: 0,
    refusing: null,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** The header that Stripe sends with a body. */
export function signed(body: string, { secret = webhookSecret, time = Math.floor(Date.now() / 1_000) } = {}): string {
  const mac = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  return `t=${time},v1=${'0'.repeat(64)},v1=${mac},v0=old`;
}

export type Said = {
  organisationId: string;
  id?: string;
  type?: string;
  /** Seconds. */
  at?: number;
  status?: string;
  price?: string;
  subscription?: string;
  begunAt?: number;
  cancelAtPeriodEnd?: boolean;
  periodEndsAt?: number;
};

/** A message about anything, in the form of Stripe's. */
export function messageOf(type: string, object: Record<string, unknown>, id = `evt_${randomUUID()}`): string {
  return JSON.stringify({ id, object: 'event', type, created: Math.floor(Date.now() / 1_000), data: { object } });
}

/** A message about a subscription, in the form of Stripe's. */
export function eventOf(said: Said): string {
  const now = Math.floor(Date.now() / 1_000);
  const type = said.type ?? 'customer.subscription.updated';
  return JSON.stringify({
    id: said.id ?? `evt_${randomUUID()}`,
    object: 'event',
    type,
    created: said.at ?? now,
    data: {
      object: {
        id: said.subscription ?? 'sub_1',
        object: 'subscription',
        created: said.begunAt ?? now - 1_000,
        customer: 'cus_1',
        status: said.status ?? 'active',
        cancel_at_period_end: said.cancelAtPeriodEnd ?? false,
        metadata: { organisation_id: said.organisationId },
        items: {
          data: [
            {
              price: { id: said.price ?? prices.enterprise },
              current_period_end: said.periodEndsAt ?? now + 2_592_000,
            },
          ],
        },
      },
    },
  });
}
