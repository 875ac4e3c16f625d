import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { OutgoingRequest } from '../../src/http/request.ts';
import { asked, localClient, rawServer, reasonOf, secureServer, silentServer } from './local-server.ts';

describe('a request', () => {
  it('goes over TLS to the name that the certificate is for, with the headers, body and answer as they are', async () => {
    await using server = await secureServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.writeHead(201, 'Made', { 'X-Twice': ['a', 'b'], 'content-type': 'application/json' });
        const { headers, method, url, httpVersion } = request;
        response.end(JSON.stringify({ headers, method, url, httpVersion, body: Buffer.concat(chunks).toString() }));
      });
    });
    const answer = await localClient().request(
      asked(`https://api.example.org:${server.port}/a%20b?c=d#e`, {
        method: 'POST',
        headers: [
          ['X-Mine', 'yes'],
          ['content-type', 'text/plain'],
        ],
        body: Buffer.from('hello'),
      }),
    );
    expect(answer).toMatchObject({
      status: 201,
      statusText: 'Made',
      url: `https://api.example.org:${server.port}/a%20b?c=d`,
    });
    expect(answer.headers.filter(([name]) => name === 'x-twice')).toEqual([
      ['x-twice', 'a'],
      ['x-twice', 'b'],
    ]);
    expect(JSON.parse(Buffer.from(answer.body).toString())).toEqual({
      method: 'POST',
      url: '/a%20b?c=d',
      httpVersion: '1.1',
      body: 'hello',
      headers: {
        host: `api.example.org:${server.port}`,
        connection: 'close',
        'x-mine': 'yes',
        'content-type': 'text/plain',
        'content-length': '5',
        'accept-encoding': 'identity',
      },
    });
  });

  it.each([['a certificate for another name', 'https://wrong.example.com']])(
    'is not sent to %s',
    async (_what, origin) => {
      let seen = 0;
      await using server = await secureServer((_request, response) => void ((seen += 1), response.end()));
      expect(await reasonOf(localClient().request(asked(`${origin}:${server.port}/`)))).toBe('failed');
      expect(seen).toBe(0);
    },
  );

  it('is not sent to a server whose certificate nobody vouches for', async () => {
    await using server = await secureServer((_request, response) => response.end());
    const client = localClient({ ca: undefined });
    expect(await reasonOf(client.request(asked(`https://api.example.org:${server.port}/`)))).toBe('failed');
  });

  it('uses a connection once, so that no tenant speaks on that of another', async () => {
    const seen: number[] = [];
    await using server = await secureServer((request, response) => {
      seen.push(request.socket.remotePort ?? 0);
      response.setHeader('connection', 'keep-alive');
      response.end('ok');
    });
    const client = localClient();
    for (let n = 0; n < 3; n += 1) await client.request(asked(`https://api.example.org:${server.port}/`));
    expect(new Set(seen).size).toBe(3);
  });

  it.each([
    ['host', 'evil.example.org'],
    ['content-length', '3'],
    ['transfer-encoding', 'chunked'],
    ['connection', 'upgrade'],
    ['upgrade', 'h2c'],
    ['proxy-authorization', 'Basic eA=='],
    ['expect', '100-continue'],
    ['te', 'trailers'],
    ['trailer', 'x'],
    ['x-injected', 'a\r\nhost: evil.example.org'],
    ['x-null', 'a\0b'],
    ['x bad', 'a'],
    ['x:bad', 'a'],
    ['', 'a'],
    ['x-wide', 'ā'],
  ])('cannot carry the header %j: %j', async (name, value) => {
    const wrong = localClient().request(asked('https://api.example.org/', { headers: [[name, value]] }));
    expect(await reasonOf(wrong)).toBe('invalid');
  });

  it('cannot carry more headers, bytes of headers or body than the limits', async () => {
    const send = (request: Partial<OutgoingRequest>) =>
      reasonOf(localClient().request(asked('https://api.example.org/', request)));
    expect(await send({ headers: Array.from({ length: 65 }, (_, n) => [`x-${n}`, '1'] as const) })).toBe('invalid');
    expect(
      await send({
        headers: [
          ['x-a', 'a'.repeat(10_000)],
          ['x-b', 'b'.repeat(10_000)],
        ],
      }),
    ).toBe('invalid');
    expect(await send({ method: 'POST', body: new Uint8Array(5 * 1024 * 1024 + 1) })).toBe('too_large');
  });

  it('keeps to its deadline, whether the other side is silent, drips its headers or drips its body', async () => {
    await using silent = await silentServer();
    await using headers = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x-more: 1\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    await using body = await secureServer((_request, response) => {
      response.write('begin');
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(timer));
    });
    for (const { port } of [silent, headers, body]) {
      const slow = localClient().request(asked(`https://api.example.org:${port}/`, { timeoutMilliseconds: 300 }));
      expect(await reasonOf(slow)).toBe('timeout');
    }
  });

  it('ends at once when it is given up, and its connection with it', async () => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    await using server = await secureServer((request) => {
      request.socket.on('close', () => closed.resolve());
      arrived.resolve();
    });
    const stop = new AbortController();
    const reason = reasonOf(
      localClient().request(asked(`https://api.example.org:${server.port}/`, { signal: stop.signal })),
    );
    await arrived.promise;
    stop.abort();
    expect(await reason).toBe('aborted');
    await closed.promise;
  });

  it('stops an answer that never ends, one that says it is too large, and floods of headers and hints', async () => {
    await using endless = await secureServer((_request, response) => {
      const more = () =>
        void (response.write(Buffer.alloc(65_536)) ? setImmediate(more) : response.once('drain', more));
      more();
    });
    await using large = await secureServer((_request, response) => {
      response.setHeader('content-length', 10_000_000);
      response.flushHeaders();
    });
    await using flood = await rawServer(
      (socket) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`),
    );
    await using many = await rawServer(
      (socket) => void socket.write(`HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(1_000)}content-length: 0\r\n\r\n`),
    );
    await using hints = await rawServer((socket) => {
      const hint = Buffer.from(`HTTP/1.1 103 Early Hints\r\nlink: ${'a'.repeat(8_000)}\r\n\r\n`);
      const more = () =>
        void (socket.destroyed || (socket.write(hint) ? setImmediate(more) : socket.once('drain', more)));
      more();
    });
    for (const { port } of [endless, large, flood, many, hints]) {
      expect(await reasonOf(localClient().request(asked(`https://api.example.org:${port}/`)))).toBe('too_large');
    }
  });

  it('refuses an answer that breaks off, says two lengths, or goes on behind its end', async () => {
    const answers = [
      'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort',
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 5\r\n\r\nhello',
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      'nonsense',
    ];
    for (const answer of answers) {
      await using server = await rawServer((socket) => void socket.end(answer));
      expect(await reasonOf(localClient().request(asked(`https://api.example.org:${server.port}/`))), answer).toBe(
        'failed',
      );
    }
  });

  it('never switches to another protocol', async () => {
    await using server = await rawServer(
      (socket) =>
        void socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'),
    );
    expect(await reasonOf(localClient().request(asked(`https://api.example.org:${server.port}/`)))).toBe('failed');
  });
});

describe('a compressed answer', () => {
  const text = Buffer.from('evidence '.repeat(100));
  it.each([
    ['gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
  ])('is unfolded (%s), although none was asked for', async (coding, bytes) => {
    await using server = await secureServer((_request, response) => {
      response.setHeader('content-encoding', coding);
      response.end(bytes);
    });
    const answer = await localClient().request(asked(`https://api.example.org:${server.port}/`));
    expect(Buffer.from(answer.body).toString()).toBe(text.toString());
    expect(answer.headers.map(([name]) => name)).not.toContain('content-encoding');
  });

  it('that unfolds to more than the limit is stopped there', async () => {
    const bomb = Buffer.alloc(64 * 1024 * 1024);
    for (const [coding, bytes] of [
      ['gzip', gzipSync(bomb)],
      ['deflate', deflateSync(bomb)],
      ['br', brotliCompressSync(bomb)],
      ['zstd', zstdCompressSync(bomb)],
    ] as const) {
      await using server = await secureServer((_request, response) => {
        response.setHeader('content-encoding', coding);
        response.end(bytes);
      });
      expect(await reasonOf(localClient().request(asked(`https://api.example.org:${server.port}/`))), coding).toBe(
        'too_large',
      );
    }
  });

  it('in two layers, or broken, is refused', async () => {
    const twice = gzipSync(gzipSync(text));
    for (const [coding, bytes] of [
      ['gzip, gzip', twice],
      ['gzip', twice.subarray(0, 20)],
      ['compress', text],
    ] as const) {
      await using server = await secureServer((_request, response) => {
        response.setHeader('content-encoding', coding);
        response.end(bytes);
      });
      expect(await reasonOf(localClient().request(asked(`https://api.example.org:${server.port}/`))), coding).toBe(
        'failed',
      );
    }
  });
});
