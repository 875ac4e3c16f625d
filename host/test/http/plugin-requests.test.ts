import { describe, expect, it } from 'vitest';
import type { Permission } from '@proofpix/contract/permissions';
import { callOf, openHost, photo, processing } from '../open-host.ts';
import { localClient, secureServer } from './local-server.ts';
import { caught, echo, opened, run } from './run-plugin.ts';

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

  it('is counted under the entry that grants it, so that a plugin cannot make up names without end', async () => {
    await using server = await secureServer((_request, response) => response.end());
    const { traffic, reached } = await run(
      `for (const name of ['api', 'other']) await ctx.http.get('https://' + name + '.example.org:${server.port}'); return {};`,
      server,
      { hosts: [`*.example.org:${server.port}`] },
    );
    expect(Object.entries(traffic ?? {})).toMatchObject([[`*.example.org:${server.port}`, { requests: 2 }]]);
    // The entry of the run, which is evidence, says the same.
    expect(reached).toEqual({ [`*.example.org:${server.port}`]: 2 });
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

it('has nothing to send without hosts in the manifest', async () => {
  await using server = await echo();
  const { metadata } = await run(caught('await ctx.http.get(at)'), server, { hosts: [] });
  expect(metadata).toMatchObject({ code: 'http_blocked' });
});
