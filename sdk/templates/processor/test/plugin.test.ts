import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { samplePhoto } from '@proofpix/sdk/sample-photo';
import { openTestHost } from '@proofpix/sdk/test-host';

const folder = join(import.meta.dirname, '..');

test('the size of a JPEG is read from its first bytes', async () => {
  await using host = await openTestHost();
  const plugin = await host.install(folder);
  const result = await plugin.call('file:process', { photo: samplePhoto() });
  assert.deepEqual(result.value(), { metadata: { ImageWidth: 1200, ImageHeight: 800 } });
  assert.ok(result.usage.bytesRead < 1_000, `read ${result.usage.bytesRead} bytes`);
});

test('a photo that ends too early has no size, and is no error', async () => {
  await using host = await openTestHost();
  const plugin = await host.install(folder);
  const result = await plugin.call('file:process', { photo: samplePhoto().subarray(0, 30) });
  assert.deepEqual(result.value(), {});
  assert.match(result.logs[0]?.message ?? '', /does not say how large/);
});
