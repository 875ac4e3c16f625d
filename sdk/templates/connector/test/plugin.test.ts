import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { samplePhoto } from '@proofpix/sdk/sample-photo';
import { openTestHost } from '@proofpix/sdk/test-host';

const folder = join(import.meta.dirname, '..');

test('the server is told about the photo, with the token', async () => {
  await using host = await openTestHost({ http: () => Response.json({ id: 1 }, { status: 201 }) });
  const plugin = await host.install(folder, { config: { token: 'a-secret', folder: 'case-7' } });
  const result = await plugin.call('file:processed', { photo: { name: 'lake.jpg', bytes: samplePhoto() } });
  assert.deepEqual(result.value(), { sent: true });
  const [sent] = host.requests;
  assert.equal(sent?.url, 'https://api.example.org/photos');
  assert.equal(sent?.headers['authorization'], 'Bearer a-secret');
  const body = JSON.parse(new TextDecoder().decode(sent?.body)) as { folder: string; name: string };
  assert.deepEqual([body.folder, body.name], ['case-7', 'lake.jpg']);
});

test('nothing is sent before somebody has set the token', async () => {
  await using host = await openTestHost();
  const plugin = await host.install(folder);
  assert.deepEqual((await plugin.call('file:processed', { photo: samplePhoto() })).value(), { sent: false });
  assert.equal(host.requests.length, 0);
});

test('a refusal of the server is an error that says so', async () => {
  await using host = await openTestHost({ http: () => new Response('no', { status: 403 }) });
  const plugin = await host.install(folder, { config: { token: 'a-secret' } });
  const result = await plugin.call('file:processed', { photo: samplePhoto() });
  assert.throws(() => result.value(), /answered 403/);
});
