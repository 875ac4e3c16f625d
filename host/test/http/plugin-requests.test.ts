import { describe, expect, it } from 'vitest';
import type { Manifest } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import type { Installation } from '../../src/capabilities.ts';
import { createMemoryCapabilities } from '../../src/memory-capabilities.ts';
import { callOf, openHost, photo, processing } from '../open-host.ts';
import { localClient, plainServer, secureServer, type LocalServer } from './local-server.ts';

const token = 'sekrit-4711-"quoted"';
const handle = `proofpix-secret-${'a'.repeat(32)}`;
const hook = `proofpix-secret-${'b'.repeat(32)}`;
const unknown = `proofpix-secret-${'c'.repeat(32)}`;

type Options = {
  hosts?: string[];
  limits?: Manifest['limits'];
  grants?: Set<Permission>;
  secrets?: Record<string, string>;
};

/** A host whose plugins may reach the server of the test. `body` is that of a file:process hook; \`at\` its address. */
function opened(body: string, server: LocalServer, options: Options = {}) {
  const secrets: Record<string, string> = { [handle]: token, ...options.secrets };
  const host = openHost({
    spareRunners: 0,
    capabilities: {
      http: {
        client: localClient(),
        secret: async (_installation: Installation, asked: string) => secrets[asked] ?? null,
      },
    },
  });
  const made = processing(`const at = 'https://api.example.org:${server.port}'; ${body}`, {
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.grants === undefined ? {} : { grants: options.grants }),
  });
  const hosts = options.hosts ?? [`api.example.org:${server.port}`];
  return { host, plugin: { ...made, manifest: { ...made.manifest, hosts } } };
}

async function run(body: string, server: LocalServer, options: Options = {}) {
  const { host, plugin } = opened(body, server, options);
  await using open = host;
  await open.host.load(plugin);
  const { result, error } = await open.host.call(callOf(plugin));
  const metadata = (result as { metadata?: { [name: string]: unknown } } | undefined)?.metadata;
  return {
    metadata,
    error,
    told: open.told,
    traffic: open.told.observed.findLast(({ kind }) => kind === 'hook')?.traffic,
  };
}

const echo = () =>
  secureServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      response.setHeader('x-seen', String(headers.authorization ?? ''));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }));
    });
  });

const caught = (call: string): string =>
  `let code = 'none', message = ''; try { ${call} } catch (error) { code = error.code; message = error.message; } return { metadata: { code, message } };`;

describe('ctx.http', () => {
  it('sends a request to a granted host and gives the answer, and the traffic is counted', async () => {
    await using server = await echo();
    const { metadata, traffic, told } = await run(
      `const answer = await ctx.http.post(at + '/notes?x=1', { a: 1 }, { headers: { 'X-Mine': 'yes' } });
       const seen = answer.json();
       const bytes = await ctx.http.request({ url: at, method: 'put', body: new Uint8Array([104, 105]) });
       const form = await ctx.http.post(at, new URLSearchParams({ a: 'b c' }));
       return { metadata: { status: answer.status, ok: answer.ok, url: answer.url, type: answer.headers['content-type'], method: seen.method,
         mine: seen.headers['x-mine'], agent: seen.headers['user-agent'], body: seen.body, sent: seen.headers['content-type'],
         put: bytes.json().body, form: form.json().headers['content-type'], formBody: form.json().body } };`,
      server,
    );
    const origin = `https://api.example.org:${server.port}`;
    expect(metadata).toEqual({
      status: 200,
      ok: true,
      url: `${origin}/notes?x=1`,
      type: 'application/json',
      method: 'POST',
      mine: 'yes',
      agent: 'ProofPix/1.0',
      body: '{"a":1}',
      sent: 'application/json',
      put: 'hi',
      form: 'application/x-www-form-urlencoded;charset=UTF-8',
      formBody: 'a=b+c',
    });
    const [name, counted] = Object.entries(traffic ?? {})[0] ?? [];
    expect(name).toBe(`api.example.org:${server.port}`);
    expect(counted?.requests).toBe(3);
    expect(counted?.bytesSent).toBeGreaterThan(300);
    expect(counted?.bytesReceived).toBeGreaterThan(300);
    expect(told.violations).toEqual([]);
  });

  it.each([
    ['a host that is not granted', `https://other.example.org/`, 'http_not_granted'],
    ['a port that is not granted', `https://api.example.org/`, 'http_not_granted'],
    ['a private address', 'https://10.0.0.1/', 'http_not_granted'],
    ['an address of a cloud', 'https://[fd00:ec2::254]/', 'http_not_granted'],
    ['plain http', 'http://api.example.org/', 'http_blocked'],
    ['a name of the network', 'https://metadata.google.internal/', 'http_blocked'],
    ['credentials', 'https://user:pass@api.example.org/', 'http_blocked'],
    ['a number in disguise', 'https://0x7f.1/', 'http_blocked'],
  ])('cannot reach %s, which is recorded', async (_what, url, type) => {
    await using server = await echo();
    const { metadata, told } = await run(caught(`await ctx.http.get('${url}?key=hidden')`), server);
    expect(metadata).toMatchObject({ code: 'http_blocked' });
    expect(told.violations).toMatchObject([{ type, evidence: { method: 'GET' } }]);
    expect(JSON.stringify(told.violations)).not.toMatch(/hidden|pass@/);
  });

  it('says the same of every address that is not public, whether something answers there or not', async () => {
    await using server = await echo();
    const resolve = async (name: string) => [
      { address: name.startsWith('lo') ? '127.0.0.1' : '10.9.9.9', family: 4 as const },
    ];
    const client = localClient({ resolve, outgoingAllow: [] });
    await using open = openHost({ spareRunners: 0, capabilities: { http: { client, secret: async () => null } } });
    const made = processing(
      `const said = []; for (const host of ['lo.example.org', 'priv.example.org']) for (const port of [${server.port}, 1]) {
         try { await ctx.http.get('https://' + host + ':' + port); } catch (error) { said.push(error.code + error.message); } }
       return { metadata: { said: [...new Set(said)], count: said.length } };`,
    );
    const hosts = ['lo', 'priv'].flatMap((name) => [`${name}.example.org:${server.port}`, `${name}.example.org:1`]);
    await open.host.load({ ...made, manifest: { ...made.manifest, hosts } });
    const { result } = await open.host.call(callOf(made));
    expect(result).toMatchObject({ metadata: { count: 4, said: [expect.stringMatching(/^http_blocked[^0-9]*$/)] } });
    expect(open.told.violations[0]).toMatchObject({ type: 'http_blocked', evidence: { address: '127.0.0.1' } });
  });

  it('does nothing without the grant, and stops working the moment it is withdrawn', async () => {
    let asks = 0;
    const grants = new Set<Permission>(['http', 'files']);
    await using server = await secureServer((_request, response) => {
      asks += 1;
      grants.delete('http');
      response.writeHead(302, { location: '/again' }).end();
    });
    const { metadata } = await run(
      `const codes = []; for (const n of [1, 2]) try { await ctx.http.get(at); } catch (error) { codes.push(error.code); } return { metadata: { codes } };`,
      server,
      { grants },
    );
    expect(metadata).toEqual({ codes: ['permission_denied', 'permission_denied'] });
    expect(asks).toBe(1);
  });

  it('ends with the call that made the request', async () => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    await using server = await secureServer((request) => {
      request.socket.on('close', () => closed.resolve());
      arrived.resolve();
    });
    const { host, plugin } = opened(`ctx.http.get(at).catch(() => {}); await ctx.files.read(0, 1); return {};`, server);
    await using open = host;
    await open.host.load(plugin);
    const read = Promise.withResolvers<void>();
    const result = open.host.call(
      callOf(plugin, {
        photo: { ...photo, read: async (...range) => (await read.promise, photo.read(...range)) },
      }),
    );
    await arrived.promise;
    read.resolve();
    expect(await result).toMatchObject({ ok: true });
    await closed.promise;
  });

  it('keeps to the requests of a minute, redirects included, and says so once', async () => {
    await using server = await secureServer((request, response) => {
      if (request.url === '/2') response.writeHead(302, { location: '/3' });
      response.end();
    });
    const { metadata, told } = await run(
      `const codes = []; for (let n = 1; n <= 6; n += 1) try { codes.push((await ctx.http.get(at + '/' + n)).status); } catch (error) { codes.push(error.code); } return { metadata: { codes } };`,
      server,
      { limits: { requestsPerMinute: 4 } },
    );
    expect(metadata).toEqual({ codes: [200, 200, 200, 'host_call_limit', 'host_call_limit', 'host_call_limit'] });
    expect(told.violations.map(({ type }) => type)).toEqual(['http_limit']);
  });

  it('has six requests under way at a time; the others wait for their turn', async () => {
    let now = 0;
    let most = 0;
    const first = Promise.withResolvers<void>();
    await using server = await secureServer((_request, response) => {
      now += 1;
      most = Math.max(most, now);
      if (now === 6) first.resolve();
      void first.promise.then(() => setImmediate(() => ((now -= 1), response.end('ok'))));
    });
    const { metadata } = await run(
      `const all = await Promise.all(Array.from({ length: 20 }, () => ctx.http.get(at))); return { metadata: { done: all.filter((one) => one.ok).length } };`,
      server,
    );
    expect(metadata).toEqual({ done: 20 });
    expect(most).toBe(6);
  });

  it('refuses an answer over the limit, and a body over its own', async () => {
    await using server = await secureServer((_request, response) => response.end(Buffer.alloc(2_000_000)));
    const { metadata, told } = await run(
      `const codes = []; for (const options of [{ maxBytes: 1000 }, {}]) try { codes.push((await ctx.http.get(at, options)).bytes().length); } catch (error) { codes.push(error.code); }
       try { await ctx.http.post(at, new Uint8Array(5 * 1024 * 1024 + 1)); } catch (error) { codes.push(error.code); }
       return { metadata: { codes } };`,
      server,
    );
    expect(metadata).toEqual({ codes: ['http_too_large', 2_000_000, 'http_too_large'] });
    expect(told.violations.map(({ type }) => type)).toEqual(['http_limit']);
  });
});

describe('the handle of a secret', () => {
  it('is replaced in query, headers, body and basic authentication, and its text never comes back', async () => {
    const seen: { url?: string; auth?: string; body: string }[] = [];
    await using server = await secureServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        seen.push({ url: request.url, auth: request.headers.authorization, body });
        response.setHeader('x-echo', `${request.headers.authorization} ${encodeURIComponent(token)}`);
        response.end(`${body} ${token} ${Buffer.from(token).toString('base64')} ${request.url}`);
      });
    });
    const { metadata, told } = await run(
      `const key = '${handle}';
       const one = await ctx.http.post(at + '/p/' + key + '?key=' + key, { key }, { headers: { authorization: 'Bearer ' + key } });
       const two = await ctx.http.get(at, { auth: { username: 'me', password: key } });
       const three = await ctx.http.get(at);
       return { metadata: { said: [one, two, three].map((answer) => [answer.text(), answer.url, JSON.stringify(answer.headers)]) } };`,
      server,
    );
    expect(seen).toMatchObject([
      {
        url: `/p/${encodeURIComponent(token)}?key=${encodeURIComponent(token)}`,
        auth: `Bearer ${token}`,
        body: JSON.stringify({ key: token }),
      },
      { auth: `Basic ${Buffer.from(`me:${token}`).toString('base64')}` },
      {},
    ]);
    const said = JSON.stringify([metadata, told]);
    expect(said).toContain(handle);
    expect(said).not.toContain('sekrit');
    expect(said).not.toContain(Buffer.from(token).toString('base64'));
  });

  it('may stand for a whole address, whose host must be granted like any other', async () => {
    await using server = await echo();
    const address = `https://api.example.org:${server.port}/services/T0/B0/hidden`;
    const body = caught(`return { metadata: { said: (await ctx.http.post('${hook}', { text: 'hi' })).url } };`);
    const good = await run(body, server, { secrets: { [hook]: address } });
    expect(good.metadata).toEqual({ said: hook });
    const elsewhere = await run(body, server, { secrets: { [hook]: 'https://other.example.org/services/hidden' } });
    expect(elsewhere.metadata).toMatchObject({ code: 'http_blocked' });
    expect(elsewhere.told.violations).toMatchObject([
      { type: 'secret_misdirected', evidence: { url: 'https://other.example.org' } },
    ]);
    expect(JSON.stringify([good, elsewhere])).not.toContain('hidden');
  });

  it.each([
    ['to a host that is not granted', `await ctx.http.get('https://other.example.org/?key=${handle}')`],
    [
      'to a host that is not granted, in a header',
      `await ctx.http.get('https://other.example.org/', { headers: { a: '${handle}' } })`,
    ],
    ['to an address that is not public, in a body', `await ctx.http.post('https://10.0.0.1/', '${handle}')`],
    ['over plain http', `await ctx.http.get('http://api.example.org/${handle}')`],
  ])('is not sent %s', async (_what, call) => {
    await using server = await echo();
    const { metadata, told } = await run(caught(call), server);
    expect(metadata).toMatchObject({ code: 'http_blocked' });
    expect(told.violations.map(({ type }) => type)).toEqual(['secret_misdirected']);
    expect(JSON.stringify([metadata, told])).not.toContain('sekrit');
  });

  it('is left out after a redirect to another origin, and a body with one is not taken there', async () => {
    const seen: unknown[] = [];
    await using other = await secureServer((request, response) => {
      seen.push({ url: request.url, custom: request.headers['x-custom'], auth: request.headers.authorization });
      response.end();
    });
    await using server = await secureServer(
      (_request, response) =>
        void response.writeHead(307, { location: `https://other.example.org:${other.port}/${handle}` }).end(),
    );
    const { metadata, told } = await run(
      `const key = '${handle}';
       await ctx.http.get(at, { headers: { 'x-custom': key }, auth: { username: 'a', password: key } });
       ${caught(`await ctx.http.post(at, key)`)}`,
      server,
      { hosts: [`api.example.org:${server.port}`, `other.example.org:${other.port}`] },
    );
    // The handle in the address was written by the other server: it stays what it is.
    expect(seen).toEqual([{ url: `/${handle}` }]);
    expect(metadata).toMatchObject({ code: 'http_blocked' });
    expect(told.violations.map(({ type }) => type)).toEqual(['secret_misdirected']);
  });

  it('of nobody, or of another installation, is text like any other', async () => {
    await using server = await echo();
    const { metadata } = await run(
      `return { metadata: { said: (await ctx.http.post(at, '${unknown}')).json().body } };`,
      server,
    );
    expect(metadata).toEqual({ said: unknown });
  });

  it('cannot bring a line break into a header', async () => {
    await using server = await echo();
    const { metadata } = await run(caught(`await ctx.http.get(at, { headers: { a: '${handle}' } })`), server, {
      secrets: { [handle]: 'a\r\nhost: evil' },
    });
    expect(metadata).toMatchObject({ code: 'host_call_invalid' });
  });
});

describe("require('axios')", () => {
  it('sends and answers as axios does', async () => {
    await using server = await secureServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        response.statusCode = url === '/api/missing' ? 404 : 200;
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify({
            method,
            url,
            type: headers['content-type'],
            auth: headers.authorization,
            key: headers['x-key'],
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
    });
    const { metadata, error } = await run(
      `const axios = require('axios');
       const api = axios.create({ baseURL: at + '/api/', headers: { 'X-Key': 'k' }, timeout: 5000 });
       const log = [];
       api.interceptors.request.use((config) => { log.push('asked ' + config.method); config.headers['X-Key'] = 'k2'; return config; });
       const gone = api.interceptors.response.use(() => { throw new Error('ejected'); });
       api.interceptors.response.eject(gone);
       api.interceptors.response.use((response) => { log.push('answered ' + response.status); return response; }, (error) => Promise.reject(error));
       const got = await api.get('/list', { params: { a: 1, b: ['x', 'y z'], c: undefined }, auth: { username: 'u', password: 'p' } });
       const posted = await api.post('items', { n: 1 });
       const raw = await axios({ url: at, method: 'PUT', data: 'a=b', responseType: 'text' });
       const bytes = await axios.get(at, { responseType: 'arraybuffer' });
       let failure;
       try { await api.delete('missing'); } catch (error) {
         failure = [axios.isAxiosError(error), error instanceof axios.AxiosError, error.code, error.message, error.response.status, error.response.data.method];
       }
       const kept = await api.get('missing', { validateStatus: () => true });
       let blocked;
       try { await axios.get('https://other.example.org/'); } catch (error) { blocked = [error.isAxiosError, error.code, error.cause.code]; }
       return { metadata: { got: got.data, status: got.statusText, posted: posted.data, raw: typeof raw.data, bytes: bytes.data instanceof Uint8Array,
         failure, kept: kept.status, blocked, log, same: require('axios') === axios && axios.default === axios } };`,
      server,
    );
    expect(error).toBeUndefined();
    expect(metadata).toEqual({
      got: { method: 'GET', url: '/api/list?a=1&b%5B%5D=x&b%5B%5D=y%20z', auth: 'Basic dTpw', key: 'k2', body: '' },
      status: 'OK',
      posted: { method: 'POST', url: '/api/items', type: 'application/json', key: 'k2', body: '{"n":1}' },
      raw: 'string',
      bytes: true,
      failure: [true, true, 'ERR_BAD_REQUEST', 'Request failed with status code 404', 404, 'DELETE'],
      kept: 404,
      blocked: [true, 'ERR_NETWORK', 'http_blocked'],
      log: ['asked get', 'answered 200', 'asked post', 'answered 200', 'asked delete', 'asked get', 'answered 404'],
      same: true,
    });
  });

  it('goes on when another call of the plugin ends, and ends with the last', async () => {
    const waiting: (() => void)[] = [];
    const left = Promise.withResolvers<void>();
    const two = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    await using server = await plainServer(() => {});
    await using asked = await secureServer((request, response) => {
      if (request.url === '/left') {
        request.socket.on('close', () => closed.resolve());
        return left.resolve();
      }
      waiting.push(() => response.end('done'));
      if (waiting.length === 2) two.resolve();
    });
    const { host, plugin } = opened(
      `const axios = require('axios'); const url = 'https://api.example.org:${asked.port}/';
       if (input.metadata.n === 3) { axios.get(url + 'left').catch(() => {}); await ctx.files.read(0, 1); return {}; }
       return { metadata: { data: (await axios.get(url + input.metadata.n)).data } };`,
      server,
      { hosts: [`api.example.org:${asked.port}`] },
    );
    await using open = host;
    await open.host.load(plugin);
    const slow = { ...photo, read: async () => (await left.promise, new Uint8Array(1)) };
    const call = (n: number) =>
      open.host.call(callOf(plugin, { photo: slow, input: { file: photo.file, metadata: { n } } }));
    const [one, second] = [call(1), call(2)];
    await two.promise;
    // Whichever request the newest call was charged with: it ends first, the other one is not given up.
    waiting[1]?.();
    await Promise.race([one, second]);
    waiting[0]?.();
    expect([(await one).result, (await second).result]).toEqual([
      { metadata: { data: 'done' } },
      { metadata: { data: 'done' } },
    ]);
    expect((await call(3)).ok).toBe(true);
    await closed.promise;
  });

  it('is not there without the permission, which the message names', async () => {
    await using open = openHost({ spareRunners: 0 });
    const plugin = processing(caught(`require('axios')`), { permissions: ['files'] });
    await open.host.load(plugin);
    const { result } = await open.host.call(callOf(plugin));
    expect(result).toMatchObject({
      metadata: { code: 'permission_denied', message: expect.stringContaining('"http"') },
    });
  });
});

it('has nothing to send without hosts in the manifest', async () => {
  await using server = await echo();
  const { metadata } = await run(caught('await ctx.http.get(at)'), server, { hosts: [] });
  expect(metadata).toMatchObject({ code: 'http_blocked' });
  expect(createMemoryCapabilities().http).toBeDefined();
});
