import { describe, expect, it } from 'vitest';
import { secureServer } from './local-server.ts';
import { caught, echo, handle, hook, run, token, unknown } from './run-plugin.ts';

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

  it('cannot blow up a request, nor an answer that repeats a short secret without end', async () => {
    await using server = await secureServer((_request, response) => response.end('abcdef'.repeat(1_000_000)));
    const { metadata, told } = await run(
      `const codes = [];
       for (const ask of [() => ctx.http.post(at, '${handle}'.repeat(90_000)), () => ctx.http.post(at, '${hook}')])
         try { await ask(); codes.push('none'); } catch (error) { codes.push(error.code); }
       return { metadata: { codes } };`,
      server,
      { secrets: { [handle]: 'x'.repeat(10_000), [hook]: 'abcdef' } },
    );
    expect(metadata).toEqual({ codes: ['http_too_large', 'http_too_large'] });
    expect(told.violations.map(({ type }) => type)).toEqual(['http_limit', 'http_limit']);
  });

  it('stays what it is in an answer that is repeated later, to a request without it', async () => {
    await using server = await secureServer((_request, response) => response.end(`last key: ${token}`));
    const { metadata } = await run(
      `await ctx.http.get(at + '/?key=${handle}'); return { metadata: { said: (await ctx.http.get(at)).text() } };`,
      server,
    );
    expect(metadata).toEqual({ said: `last key: ${handle}` });
  });
});
