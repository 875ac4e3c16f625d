import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { samplePhoto } from '@proofpix/sdk/sample-photo';
import { openTestHost } from '@proofpix/sdk/test-host';

const folder = join(import.meta.dirname, '..');
const report = {
  file: { name: 'lake <1>.jpg', sha256: 'ab'.repeat(32) },
  findings: [{ severity: 'note', title: 'A note', explanation: 'Why.', source: { plugin: 'some-plugin' } }],
  metadata: { Make: 'Nikon', Copyright: 'a | b' },
};

test('findings and metadata are written as Markdown', async () => {
  await using host = await openTestHost();
  const plugin = await host.install(folder);
  const result = await plugin.call('export:generate', { data: { report, format: 'markdown' } });
  const [file] = result.files;
  assert.equal(file?.name, 'report.md');
  const text = new TextDecoder().decode(file?.bytes);
  assert.match(text, /^# lake &#60;1&#62;\.jpg$/m);
  assert.match(text, /^- \*\*A note\*\* \(note, some-plugin\)\. Why\.$/m);
  assert.match(text, /^\| Copyright \| a &#124; b \|$/m);
});

test('it is asked for its own format, and for no other', async () => {
  await using host = await openTestHost();
  await host.install(folder);
  const run = await host.run(samplePhoto());
  const [exported] = await host.export(run, 'markdown');
  assert.equal(exported?.files.length, 1);
  assert.deepEqual(await host.export(run, 'pdf'), []);
});
