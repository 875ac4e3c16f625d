import { describe, expect, it } from 'vitest';
import { asked, localClient, plainServer, reasonOf, secureServer } from './local-server.ts';

describe('a redirect', () => {
  it('is followed by the rules of fetch, without credentials once it left the origin', async () => {
    const seen: unknown[] = [];
    await using other = await secureServer((request, response) => {
      const { method, url, headers } = request;
      seen.push({
        method,
        url,
        host: headers.host,
        auth: headers.authorization,
        key: headers['x-api-key'],
        type: headers['content-type'],
      });
      response.end('there');
    });
    await using server = await secureServer((request, response) => {
      const { method, url, headers } = request;
      seen.push({ method, url, auth: headers.authorization });
      const to = url === '/first' ? '/second' : `https://other.example.org:${other.port}/end`;
      response.writeHead(url === '/first' ? 307 : 302, { location: to }).end();
    });
    const answer = await localClient().request(
      asked(`https://api.example.org:${server.port}/first`, {
        method: 'POST',
        body: Buffer.from('x'),
        headers: [
          ['authorization', 'Bearer t'],
          ['x-api-key', 'k'],
          ['content-type', 'text/plain'],
        ],
      }),
    );
    expect(answer.url).toBe(`https://other.example.org:${other.port}/end`);
    expect(seen).toEqual([
      { method: 'POST', url: '/first', auth: 'Bearer t' },
      { method: 'POST', url: '/second', auth: 'Bearer t' },
      { method: 'GET', url: '/end', host: `other.example.org:${other.port}` },
    ]);
  });

  it.each([
    ['a private address', 'https://10.0.0.1/'],
    ['this machine', 'https://127.0.0.1/'],
    ['a scheme-relative private address', '//192.168.0.1/'],
    ['an address in disguise', 'https://0xa9fea9fe/latest/meta-data'],
    ['a mapped address', 'https://[::ffff:10.0.0.1]/'],
    ['plain http', 'http://third.example.net/'],
    ['another scheme', 'file:///etc/hostname'],
    ['credentials', 'https://user:pass@third.example.net/'],
    ['a backslash', '\\\\10.0.0.1\\'],
  ])('to %s is refused', async (_what, location) => {
    await using server = await secureServer((_request, response) => void response.writeHead(302, { location }).end());
    const dialled: string[] = [];
    const real = localClient({
      resolve: async (hostname) => [{ address: hostname === 'api.example.org' ? '127.0.0.1' : '10.0.0.1', family: 4 }],
      outgoingAllow: [`127.0.0.1:${server.port}`],
    });
    const wrong = real.request(
      asked(`https://api.example.org:${server.port}/`, { beforeHop: async (hop) => (dialled.push(hop.url.href), hop) }),
    );
    expect(await reasonOf(wrong)).toBe('blocked');
    expect(dialled).toHaveLength(1);
  });

  it('to a host that is not granted is refused, as is a loop, and one that nobody wants to follow is the answer', async () => {
    await using server = await secureServer((request, response) => {
      const to = request.url === '/loop' ? '/loop' : 'https://third.example.net/';
      response.writeHead(302, { location: to }).end('moved');
    });
    const client = localClient();
    const allowHost = (hostname: string) => hostname === 'api.example.org';
    const at = (path: string) => `https://api.example.org:${server.port}${path}`;
    expect(await reasonOf(client.request(asked(at('/away'), { allowHost })))).toBe('refused');
    expect(await reasonOf(client.request(asked(at('/loop'))))).toBe('failed');
    expect(await client.request(asked(at('/away'), { maxRedirects: 0 }))).toMatchObject({ status: 302 });
  });
});

describe('an address', () => {
  it('of this server is never reached, whatever the operator allows', async () => {
    await using server = await plainServer((_request, response) => void response.end('secret'));
    const ourselves = () => ({ hostnames: ['proofpix.example.org'], ports: [server.port] });
    const client = localClient({ ourselves });
    for (const host of ['127.0.0.1', 'proofpix.example.org', 'api.example.org']) {
      expect(await reasonOf(client.request(asked(`https://${host}:${server.port}/`))), host).toBe('blocked');
    }
    expect(await reasonOf(client.request(asked('https://proofpix.example.org/')))).toBe('blocked');
    const anything = localClient({ ourselves, outgoingAllow: ['0.0.0.0/0', '::/0'] });
    for (const host of ['[::ffff:127.0.0.1]', '[::1]', '0.0.0.0', '127.9.9.9']) {
      expect(await reasonOf(anything.request(asked(`http://${host}:${server.port}/`))), host).toBe('blocked');
    }
    expect(await reasonOf(client.request(asked(`http://127.0.0.1:${server.port}/`)))).toBe('blocked');
  });

  it('that the operator names may be asked without TLS; others not', async () => {
    await using server = await plainServer((_request, response) => void response.end('wiki'));
    const client = localClient({ outgoingAllow: [`wiki:${server.port}`] });
    expect(await client.request(asked(`http://wiki:${server.port}/`))).toMatchObject({ status: 200 });
    expect(await reasonOf(client.request(asked(`http://api.example.org:${server.port}/`)))).toBe('blocked');
    expect(await reasonOf(client.request(asked(`https://api.example.org:${server.port}/`)))).toBe('blocked');
  });

  it('is looked up once for a connection, and all addresses of a name must be public', async () => {
    let asks = 0;
    const answers = ['93.184.215.14', '10.0.0.1'];
    const dialled: string[] = [];
    const client = localClient({
      outgoingAllow: [],
      resolve: async () => [{ address: answers[(asks += 1) - 1] ?? '127.0.0.1', family: 4 }],
      dial: async ({ address }) => {
        dialled.push(address.address);
        throw new Error('nothing is dialled here');
      },
    });
    expect(await reasonOf(client.request(asked('https://rebind.example.com/')))).toBe('failed');
    expect({ asks, dialled }).toEqual({ asks: 1, dialled: ['93.184.215.14'] });
    expect(await reasonOf(client.request(asked('https://rebind.example.com/')))).toBe('blocked');
    const mixed = localClient({
      outgoingAllow: [],
      resolve: async () => [
        { address: '93.184.215.14', family: 4 },
        { address: '::1', family: 6 },
      ],
    });
    expect(await reasonOf(mixed.check('https://mixed.example.com/', () => true))).toBe('blocked');
  });

  it('is tried behind one that does not answer', async () => {
    await using server = await secureServer((_request, response) => void response.end('second'));
    const client = localClient({
      // Nothing listens on the first: 127.0.0.2 is this machine too.
      resolve: async () => [
        { address: '127.0.0.2', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
      outgoingAllow: ['127.0.0.0/8'],
    });
    const answer = await client.request(asked(`https://api.example.org:${server.port}/`));
    expect(Buffer.from(answer.body).toString()).toBe('second');
  });
});
