import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { authRoutes } from '@proofpix/contract/api/accounts';
import { webhookRoutes } from '@proofpix/contract/api/webhooks';
import { createClient, type Call } from '@proofpix/contract/client';
import { makeTestStorage } from '../../../test/test-database.ts';
import { openReceiver } from './test/fake-receiver.ts';

const main = fileURLToPath(new URL('../../main.ts', import.meta.url));
const body = { email: 'owner@example.org', password: 'the owner in a test' };

/** A server in a process of its own, so that it can be killed like one. */
async function startProcess(environment: Record<string, string>): Promise<{ child: ChildProcess; call: Call }> {
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: '/usr/bin:/bin',
      PORT: '0',
      LOG_LEVEL: 'silent',
      SPARE_RUNNERS: '0',
      SPARE_SCANNERS: '0',
      OUTGOING_ALLOW: '127.0.0.1',
      PROOFPIX_OWNER_EMAIL: body.email,
      PROOFPIX_OWNER_PASSWORD: body.password,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let baseUrl = '';
  for await (const line of createInterface({ input: child.stdout ?? expect.fail() })) {
    baseUrl = /ready at (\S+)/.exec(line)?.[1] ?? '';
    if (baseUrl !== '') break;
  }
  child.stdout?.resume();
  if (baseUrl === '') throw new Error('The server ended before it was ready.');
  const signedIn = await createClient({ baseUrl })(authRoutes.login, { body });
  if ('challenge' in signedIn) throw new Error('Nobody here has a second factor.');
  return { child, call: createClient({ baseUrl, token: signedIn.accessToken }) };
}

test('a message whose sender is killed in the middle of the attempt is sent by the next server, under the same id', async () => {
  await using cleanup = new AsyncDisposableStack();
  const { dataDir, databaseUrl = '' } = cleanup.use(await makeTestStorage());
  const receiver = cleanup.use(await openReceiver());
  const environment = {
    DATA_DIR: dataDir,
    KEY_FILE: join(dataDir, 'keys', 'master.key'),
    DATABASE_URL: databaseUrl,
  };
  const first = await startProcess(environment);
  cleanup.defer(() => void first.child.kill('SIGKILL'));
  const address = { name: 'Claims', url: receiver.url };
  const { id, secret } = await first.call(webhookRoutes.createEndpoint, { body: address });
  receiver.answer(() => {}); // holds the line
  await first.call(webhookRoutes.testEndpoint, { params: { id } });
  await expect.poll(() => receiver.received.length, { timeout: 20_000, interval: 20 }).toBe(1);
  const ended = once(first.child, 'exit');
  first.child.kill('SIGKILL');
  await ended;

  receiver.answer(204);
  const second = await startProcess(environment);
  cleanup.defer(async () => {
    const gone = once(second.child, 'exit');
    second.child.kill('SIGKILL');
    await gone;
  });
  const deliveries = async () => (await second.call(webhookRoutes.listDeliveries, { params: { id } })).items;
  // On PostgreSQL the next server waits for missing heartbeats: another one could be at work on it.
  await expect.poll(async () => (await deliveries())[0]?.state, { timeout: 90_000, interval: 100 }).toBe('delivered');
  expect(await deliveries()).toMatchObject([{ type: 'webhook.test', attempts: 1, plugin: null }]);
  const [before, after] = receiver.received;
  if (before === undefined || after === undefined) throw new Error('It did not come twice.');
  expect(after.headers['webhook-id']).toBe(before.headers['webhook-id']);
  expect(after.body).toBe(before.body);
  expect(new Webhook(secret).verify(after.body, after.headers as Record<string, string>)).toBeTruthy();
}, 150_000);
