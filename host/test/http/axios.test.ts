import { describe, expect, it } from 'vitest';
import { callOf, openHost, photo, processing } from '../open-host.ts';
import { plainServer, secureServer } from './local-server.ts';
import { caught, opened, run } from './run-plugin.ts';

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
