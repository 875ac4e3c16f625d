import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { webhookRoutes } from '@proofpix/contract/api/webhooks';
import { routes } from '@proofpix/contract/routes';
import { packPlugin } from '@proofpix/pack/pack-plugin';
import { makeCertificate } from '../../../../host/test/http/certificate.ts';
import { startServer, type TestServer } from '../../../test/start-server.ts';
import { ended } from '../plugins/test/test-plugins.ts';
import { openReceiver, type FakeReceiver } from './test/fake-receiver.ts';

const plugins = fileURLToPath(new URL('../../../../plugins/', import.meta.url));

const name = 'hooks.example.com';
let server: TestServer;
let receiver: FakeReceiver;
beforeAll(async () => {
  const { cert, key } = makeCertificate([name]);
  receiver = await openReceiver({ cert, key });
  server = await startServer({
    // A name and a port that only tests have; the certificate is checked as any other.
    environment: { OUTGOING_ALLOW: `${name}:${receiver.port}` },
    outgoing: { resolve: async () => [{ address: '127.0.0.1', family: 4 }], ca: cert },
    firstPlugins: ['exif-reader'],
  });
}, 120_000);
afterAll(async () => {
  await server?.stop();
  await receiver?.[Symbol.asyncDispose]();
});

test('both connectors are offered in the marketplace', async () => {
  const { items } = await server.call(routes.marketplace.search, { query: { type: ['connector'] } });
  expect(items.map(({ pluginId }) => pluginId).sort()).toEqual(['slack-report', 'webhook-notify']);
});

test('a run of a photo ends as a signed message at a registered address, over HTTPS', async () => {
  const { archive, fileName } = await packPlugin(join(plugins, 'webhook-notify'));
  const form = new FormData();
  form.set('plugin', new Blob([Buffer.from(archive)]), fileName);
  form.set('grants', 'requested');
  form.set('autoLoad', 'true');
  await ended(server.owner, await server.owner.fetch('/api/plugins/install', { method: 'POST', body: form }));
  await server.call(routes.plugins.putConfig, {
    params: { id: 'webhook-notify' },
    body: { config: { metadata: ['Make'], title: 'Ready: {name}' } },
  });
  const address = {
    name: 'Claims',
    url: `https://${name}:${receiver.port}/claims`,
    types: ['photo.processed', 'photo.flagged'],
  };
  const { secret } = await server.call(webhookRoutes.createEndpoint, { body: address });
  await server.call(routes.runs.sample);
  await expect.poll(() => receiver.received.length, { timeout: 25_000, interval: 50 }).toBe(1);
  const [message] = receiver.received;
  if (message === undefined) throw new Error('Nothing came.');
  expect(new Webhook(secret).verify(message.body, message.headers as Record<string, string>)).toEqual({
    type: 'photo.processed',
    timestamp: expect.any(String),
    data: {
      title: 'Ready: sample.jpg',
      photo: expect.objectContaining({ name: 'sample.jpg', type: 'image/jpeg', sha256: expect.any(String) }),
      severity: null,
      findings: [],
      findingsLeftOut: 0,
      metadata: { Make: 'ProofPix' },
    },
  });
}, 60_000);
