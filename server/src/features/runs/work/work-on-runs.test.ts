import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runRoutes } from '@proofpix/contract/api/runs';
import { startServer, type TestServer } from '../../../../test/start-server.ts';
import { install, looper, reader, writer } from '../test/plugins.ts';
import { ended, photo, runToEnd, startRuns } from '../test/upload.ts';
import { bounds } from './pick-run.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await install(server.owner, reader);
}, 120_000);
afterAll(() => server.stop());

const only = (plugin: string) => ({ plugins: plugin });

describe('working on runs', () => {
  test('lets the others go on when one plugin never answers', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, looper);
    await install(owner, reader);
    const run = await runToEnd(owner, { name: 'a.png', bytes: photo() });
    expect(run.steps.map(({ plugin, ok, error }) => [plugin, ok, error?.code])).toEqual([
      ['test-looper', false, 'plugin_timeout'],
      ['test-reader', true, undefined],
    ]);
    expect(run).toMatchObject({ state: 'done', failedSteps: 1, stepsDone: 2, metadata: { FileName: 'a.png' } });
  });

  test('keeps texts with NUL and broken characters, and says that they were changed', async () => {
    await install(server.owner, {
      id: 'test-broken-text',
      hooks: ['file:process'],
      code: `exports.hooks = { 'file:process': () => ({ metadata: { Text: 'a\\u0000b\\ud800c', ['Key\\u0000']: 1, Deep: [{ 'x\\u0000': '\\udfff' }] } }) };`,
    });
    const run = await runToEnd(server.owner, { name: 'a.png', bytes: photo() }, only('test-broken-text'));
    expect(run.steps[0]).toMatchObject({ ok: true });
    expect(run.metadata.Text).toBe('a\ufffdb\ufffdc');
    expect(run.steps[0]?.notes?.length).toBeGreaterThan(0);
  });

  test('keeps nine megabytes of metadata', async () => {
    await install(server.owner, {
      id: 'test-much-text',
      hooks: ['file:process'],
      code: `exports.hooks = { 'file:process': () => ({ metadata: Object.fromEntries(Array.from({ length: 95 }, (_, i) => ['Tag' + i, String(i % 10).repeat(95000)])) }) };`,
    });
    const run = await runToEnd(server.owner, { name: 'a.png', bytes: photo() }, only('test-much-text'));
    expect(run.steps.map(({ error }) => error)).toEqual([undefined]);
    expect(Object.keys(run.metadata)).toHaveLength(95);
  }, 60_000);

  test('ends a run without plugins at once, with an empty report', async () => {
    const { owner } = await server.createOrganisation();
    const run = await runToEnd(owner, { name: 'a.png', bytes: photo() });
    expect(run).toMatchObject({ state: 'done', plugins: [], stepsTotal: 0, steps: [], metadata: {} });
  });

  test('keeps to the plugins that were there when it was started', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, { ...reader, id: 'first-reader' });
    const { runs } = await startRuns(owner, [{ name: 'a.png', bytes: photo() }]);
    await install(owner, { ...reader, id: 'later-reader' });
    const run = await ended(owner, runs[0] ?? expect.fail());
    expect(run.plugins).toEqual(['first-reader']);
    expect(run.steps.map(({ plugin }) => plugin)).toEqual(['first-reader']);
  });

  test('stores what plugins add beside the photo, once a name', async () => {
    await install(server.owner, writer);
    await install(server.owner, {
      id: 'test-twice',
      hooks: ['file:process', 'data:analyze'],
      permissions: ['files', 'analytics'],
      code: `const write = async (input, ctx) => { await ctx.files.write('same.txt', 'x'); return {}; };
        exports.hooks = { 'file:process': write, 'data:analyze': write };`,
    });
    const run = await runToEnd(server.owner, { name: 'a.png', bytes: photo() }, { plugins: 'test-writer,test-twice' });
    expect(run.files.map(({ name, type, source }) => [source.plugin, name, type])).toEqual([
      ['test-writer', 'note.html', 'application/octet-stream'],
      ['test-writer', "pages/café; it's 1.txt", 'application/octet-stream'],
      ['test-writer', 'copy.png', 'image/png'],
      ['test-twice', 'same.txt', 'application/octet-stream'],
    ]);
    expect(run.steps.find(({ hook, plugin }) => hook === 'data:analyze' && plugin === 'test-twice')).toMatchObject({
      ok: false,
      error: { code: 'host_call_invalid', message: expect.stringContaining('same.txt') },
    });
  });

  test('does not let an organisation with many runs keep another waiting', async () => {
    const many = await server.createOrganisation();
    const one = await server.createOrganisation();
    for (const { owner } of [many, one]) await install(owner, reader);
    // First come, first served would let these sixty minutes pass first.
    await install(many.owner, { ...looper, id: 'slow', timeout: 60_000 });
    await startRuns(
      many.owner,
      Array.from({ length: 60 }, (_, index) => ({ name: `${index}.png`, bytes: photo(index) })),
    );
    const run = await runToEnd(one.owner, { name: 'mine.png', bytes: photo() });
    expect(run.state).toBe('done');
    const { total } = await many.owner.call(runRoutes.list, { query: { state: 'waiting' } });
    expect(total).toBe(60 - bounds.each);
  }, 50_000);

  test('stops a run that is deleted while it is under way, and keeps nothing of it', async () => {
    const { owner } = await server.createOrganisation();
    // Longer than this test may take: it ends only when the delete ends the plugin.
    await install(owner, { ...looper, timeout: 60_000 });
    const { runs } = await startRuns(owner, [{ name: 'a.png', bytes: photo(77) }]);
    const id = runs[0]?.id ?? expect.fail();
    await expect
      .poll(async () => (await owner.call(runRoutes.get, { params: { id } })).state, { timeout: 30_000 })
      .toBe('running');
    await owner.call(runRoutes.remove, { params: { id } });
    expect((await owner.fetch(`/api/runs/${id}`)).status).toBe(404);
  }, 50_000);
});
