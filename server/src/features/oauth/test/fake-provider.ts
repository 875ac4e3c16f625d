import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export const client = { id: 'the-client', secret: 'the secret: of the client' };

export type Asked = { path: string; form: Record<string, string>; authorization: string | undefined };

/** A provider as RFC 6749, 7009, 7636 and 9700 want it, on a port of its own. */
export type FakeProvider = AsyncDisposable & {
  url: string;
  port: number;
  /** Everything that was asked of its token and revocation endpoints. */
  asked: Asked[];
  /** What a person does there: says yes, and is sent back. */
  consent(authorizationUrl: string): string;
  /** Access tokens that are good at this moment. */
  good: Set<string>;
  /** Seconds that an access token lives. */
  lifetime: number;
  /** Waits before it answers at the token endpoint, until it is let go. */
  hold(): () => void;
  /** Answers the next requests instead. */
  answer: ((asked: Asked) => { status: number; body: string; type?: string } | null) | null;
  /** Takes everything back that it ever gave. */
  revokeAll(): void;
};

export async function startFakeProvider(): Promise<FakeProvider> {
  const codes = new Map<string, { challenge: string; redirectUri: string }>();
  const refreshTokens = new Set<string>();
  const used = new Set<string>();
  let held: Promise<void> = Promise.resolve();

  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => response.destroy(error as Error)); // node:http throws nothing else
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    const asked = { path: request.url ?? '', form, authorization: request.headers.authorization };
    fake.asked.push(asked);
    await held;
    const special = fake.answer?.(asked) ?? null;
    if (special !== null) {
      response.writeHead(special.status, { 'content-type': special.type ?? 'application/json' }).end(special.body);
      return;
    }
    const [status, body] = isClient(asked) ? handle(asked) : ([401, { error: 'invalid_client' }] as const);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  function handle({ path, form }: Asked): readonly [number, object] {
    if (path === '/revoke') {
      refreshTokens.delete(form.token ?? '');
      fake.good.delete(form.token ?? '');
      return [200, {}];
    }
    if (path !== '/token') return [404, {}];
    if (form.grant_type === 'refresh_token') {
      const token = form.refresh_token ?? '';
      // A second use is theft: everything goes.
      if (used.has(token)) fake.revokeAll();
      if (!refreshTokens.delete(token))
        return [400, { error: 'invalid_grant', error_description: 'SECRET-DESCRIPTION' }];
      used.add(token);
      return [200, grant()];
    }
    const code = codes.get(form.code ?? '');
    codes.delete(form.code ?? '');
    const challenge = createHash('sha256')
      .update(form.code_verifier ?? '')
      .digest('base64url');
    if (code === undefined || code.challenge !== challenge || code.redirectUri !== form.redirect_uri) {
      return [400, { error: 'invalid_grant' }];
    }
    return [200, grant()];
  }

  function isClient({ form, authorization }: Asked): boolean {
    const encoded = (value: string) => encodeURIComponent(value).replaceAll('%20', '+');
    const basic = Buffer.from(`${encoded(client.id)}:${encoded(client.secret)}`).toString('base64');
    return authorization === `Basic ${basic}` || (form.client_id === client.id && form.client_secret === client.secret);
  }

  function grant(): object {
    const [access, refresh] = [`access-${secret()}`, `refresh-${secret()}`];
    fake.good.add(access);
    refreshTokens.add(refresh);
    const claims = Buffer.from(JSON.stringify({ email: 'ada@example.org' })).toString('base64url');
    return {
      access_token: access,
      token_type: 'bearer',
      expires_in: fake.lifetime,
      refresh_token: refresh,
      scope: 'read write',
      id_token: `e30.${claims}.`,
    };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The fake provider does not listen.');
  const fake: FakeProvider = {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    asked: [],
    good: new Set(),
    lifetime: 3_600,
    answer: null,
    consent(authorizationUrl) {
      const { searchParams } = new URL(authorizationUrl);
      const wanted = (name: string) => searchParams.get(name) ?? '';
      if (wanted('response_type') !== 'code' || wanted('code_challenge_method') !== 'S256') throw new Error('No PKCE.');
      if (wanted('client_id') !== client.id) throw new Error('Another client.');
      const code = `code-${secret()}`;
      codes.set(code, { challenge: wanted('code_challenge'), redirectUri: wanted('redirect_uri') });
      const back = new URL(wanted('redirect_uri'));
      back.search = new URLSearchParams({ code, state: wanted('state'), iss: fake.url, session_state: 'x' }).toString();
      return back.href;
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    revokeAll() {
      refreshTokens.clear();
      fake.good.clear();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}

function secret(): string {
  return randomBytes(16).toString('hex');
}
