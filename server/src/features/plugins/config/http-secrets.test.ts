import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pluginViewRoutes } from '@proofpix/contract/api/plugin-views';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import { startServer, type TestServer } from '../../../../test/start-server.ts';
import { ask, asking, install, sendJson } from '../test/test-plugins.ts';

const secret = 'the-key-of-the-weather-service';
const seen: string[] = [];
/** Another server, in plain text: OUTGOING_ALLOW names it, as an operator does for one in the own network. */
const weather = createServer((request, response) => {
  seen.push(String(request.headers.authorization));
  response.end(`you sent ${request.headers.authorization}`);
});
let server: TestServer;
let at: string;
let ourselves: string;

beforeAll(async () => {
  await new Promise<void>((done) => weather.listen(0, '127.0.0.1', done));
  const { port } = weather.address() as AddressInfo; // it listens on a port
  at = `weather.example.org:${port}`;
  server = await startServer({
    environment: { OUTGOING_ALLOW: 'weather.example.org, server.example.org' },
    outgoing: { resolve: async () => [{ address: '127.0.0.1', family: 4 }] },
  });
  ourselves = `server.example.org:${new URL(server.url).port}`;
});
afterAll(async () => {
  await server?.stop();
  await new Promise((done) => weather.close(done));
});

const configSchema = { type: 'object', properties: { key: { type: 'string', writeOnly: true } } };

test('the secret of a configuration is sent to a granted host, its newest value, and comes back as its handle', async () => {
  const { owner } = server;
  const get = `let answer; try { answer = await ctx.http.get(input.url, { headers: { authorization: 'Bearer ' + ctx.config.key } }); } catch (error) { return { code: error.code }; } return { said: answer.text(), key: ctx.config.key };`;
  await install(owner, {
    manifest: { id: 'weather', permissions: ['http'], hosts: [at, ourselves], configSchema },
    exports: asking('weather', get),
  });
  const put = (key: string) => sendJson(owner, '/api/plugins/weather/config', 'PUT', { config: { key } });
  await put(secret);
  const [first] = await ask(owner, 'weather:ask', { url: `http://${at}/` });
  expect(first?.result).toEqual({
    said: expect.stringMatching(/^you sent Bearer proofpix-secret-[0-9a-f]{32}$/),
    key: expect.any(String),
  });
  // Right after the change, although it was opened a moment ago.
  await put(`${secret}-2`);
  await ask(owner, 'weather:ask', { url: `http://${at}/` });
  expect(seen).toEqual([`Bearer ${secret}`, `Bearer ${secret}-2`]);

  // Granted and let through by the operator, and still never reached: it is this server.
  const [own] = await ask(owner, 'weather:ask', { url: `http://${ourselves}/readyz` });
  expect(own).toMatchObject({ result: { code: 'http_blocked' } });
  const [private_] = await ask(owner, 'weather:ask', { url: 'https://10.0.0.1/' });
  expect(private_).toMatchObject({ result: { code: 'http_blocked' } });
  const events = await owner.call(pluginRoutes.events, { params: { id: 'weather' } });
  const logs = await owner.call(pluginViewRoutes.logs, { params: { id: 'weather' } });
  expect(JSON.stringify([first, own, events, logs])).not.toContain(secret);
});
