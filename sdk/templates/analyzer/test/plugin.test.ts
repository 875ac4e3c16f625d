import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { samplePhoto } from '@proofpix/sdk/sample-photo';
import { openTestHost } from '@proofpix/sdk/test-host';

const folder = join(import.meta.dirname, '..');
const photo = samplePhoto();
const times = (taken: string, changed: string) => ({
  photo,
  data: { metadata: { DateTimeOriginal: taken, ModifyDate: changed } },
});

test('a photo that was saved again later is pointed out', async () => {
  await using host = await openTestHost();
  const plugin = await host.install(folder);
  const result = await plugin.call('data:analyze', times('2026:06:21 14:00:00', '2026:06:21 15:30:00'));
  const [finding] = result.value().findings ?? [];
  assert.equal(finding?.title, 'Saved again 90 minutes after it was taken');
  assert.equal(finding?.severity, 'possible');
});

test('what the camera wrote at once is no sign, nor are times that cannot be read', async () => {
  await using host = await openTestHost();
  const plugin = await host.install(folder);
  const quiet = [
    times('2026:06:21 14:00:00', '2026:06:21 14:00:02'),
    times('2026:06:21 14:00:00', '2026:06:21 13:00:00'),
    times('2026:06:21 14:00:00', 'yesterday'),
    { photo, data: { metadata: {} } },
  ];
  for (const call of quiet) assert.deepEqual((await plugin.call('data:analyze', call)).value(), {});
});

test('an admin sets how much later is later', async () => {
  await using host = await openTestHost();
  const plugin = await host.install(folder, { config: { minutes: 120 } });
  const call = times('2026:06:21 14:00:00', '2026:06:21 15:30:00');
  assert.deepEqual((await plugin.call('data:analyze', call)).value(), {});
  await plugin.configure({ minutes: 60 });
  assert.equal((await plugin.call('data:analyze', call)).value().findings?.length, 1);
});
