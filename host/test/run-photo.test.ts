import { describe, expect, it } from 'vitest';
import type { Step } from '@proofpix/contract/runs';
import { planRun, runPhoto, type PhotoRun } from '@proofpix/host/run-photo';
import { runExport, runHook } from '@proofpix/host/run-hook';
import { install, memoryFiles, openHost, photo, photoOf, processing } from './open-host.ts';

const runOf = (more: Partial<PhotoRun> = {}): PhotoRun => ({
  runId: 'run-1',
  organisationId: 'organisation-1',
  photo,
  derivedFiles: () => memoryFiles(),
  ...more,
});

const everyHook = ['file:uploaded', 'file:process', 'file:processed', 'data:analyze'];

describe('a run', () => {
  it('starts the plugin that comes next while the one before works, and none beyond it', async () => {
    await using opened = openHost();
    const code = `module.exports.hooks = { 'file:process': () => ({ metadata: {} }) };`;
    const all = ['first', 'second', 'third'].map((id) => install({ id, code }));
    for (const installation of all) opened.host.register(installation);
    const runners: string[][] = [];
    await runPhoto(
      opened.host,
      runOf({
        onStepStarted: () => void runners.push(all.map(({ id }) => opened.host.state(id).runner)),
      }),
    );
    const rests = runners.map((each) => each.map((runner) => runner === 'none'));
    expect(rests).toEqual([
      [true, false, true],
      [false, false, false],
      [false, false, false],
    ]);
  });

  it('goes through the four hooks in order, hands on what was found, and merges it', async () => {
    await using opened = openHost();
    const late = install({
      id: 'late',
      hooks: [{ name: 'file:process', priority: 200 }, 'data:analyze'],
      code: `module.exports = { hooks: {
        'file:process': (input) => ({ metadata: { Make: 'Late', seen: Object.keys(input.metadata) } }),
        'data:analyze': (input) => ({ findings: [{ severity: 'note', confidence: 0.5, title: 'After ' + input.findings.length, explanation: input.metadata.Make }] }),
      } };`,
    });
    const early = install({
      id: 'early',
      hooks: everyHook,
      code: `module.exports = { hooks: {
        'file:uploaded': (input) => null,
        'file:process': async (input, ctx) => { await ctx.files.write('thumb.bin', new Uint8Array([1])); return { metadata: { Make: 'Early' } }; },
        'file:processed': (input) => ({ kept: input.run.id }),
        'data:analyze': (input) => ({ findings: [{ severity: 'strong', confidence: 1, title: 'First', explanation: '' }] }),
      } };`,
    });
    opened.host.register(late);
    opened.host.register(early);
    expect(planRun(opened.host, runOf())).toEqual([
      { hook: 'file:uploaded', plugin: 'early' },
      { hook: 'file:process', plugin: 'early' },
      { hook: 'file:process', plugin: 'late' },
      { hook: 'file:processed', plugin: 'early' },
      { hook: 'data:analyze', plugin: 'late' },
      { hook: 'data:analyze', plugin: 'early' },
    ]);
    const started: string[] = [];
    const done: Step[] = [];
    const report = await runPhoto(
      opened.host,
      runOf({
        onStepStarted: ({ hook, plugin }) => void started.push(`${plugin} ${hook}`),
        onStep: (step) => void done.push(step),
      }),
    );
    expect(report.metadata).toEqual({ Make: 'Early', seen: ['Make'] });
    expect(report.conflicts).toMatchObject([{ tag: 'Make', values: [{ value: 'Early' }, { value: 'Late' }] }]);
    expect(report.findings).toMatchObject([
      { title: 'After 0', explanation: 'Early', source: { plugin: 'late' } },
      { title: 'First' },
    ]);
    expect(report.files).toMatchObject([{ name: 'thumb.bin', source: { plugin: 'early', digest: early.digest } }]);
    expect(report.steps).toEqual(done);
    expect(report.steps.every(({ ok }) => ok)).toBe(true);
    expect(started).toEqual(planRun(opened.host, runOf()).map(({ hook, plugin }) => `${plugin} ${hook}`));
  });

  it('has an entry for each plugin that fails, and the others go on', async () => {
    await using opened = openHost();
    const bodies = [
      'throw new Error("no");',
      'for (;;) {}',
      'return { nonsense: 1 };',
      'return { metadata: { ok: 1 } };',
    ];
    bodies.forEach((body, n) =>
      opened.host.register(processing(body, { id: `plugin-no-${n}`, limits: { timeout: 300 } })),
    );
    const report = await runPhoto(opened.host, runOf());
    expect(report.steps.map(({ ok, error }) => error?.code ?? ok)).toEqual([
      'plugin_error',
      'plugin_timeout',
      'plugin_result_invalid',
      true,
    ]);
    expect(report.metadata).toEqual({ ok: 1 });
  });

  it('gives the same digests for the same photo whatever the run and the file are called', async () => {
    await using opened = openHost();
    opened.host.register(processing(`return { metadata: { n: input.file.size } };`));
    const same = { ...photo, file: { ...photo.file, id: 'another id' } };
    const [one, two] = [
      await runPhoto(opened.host, runOf()),
      await runPhoto(opened.host, runOf({ runId: 'run-2', photo: same })),
    ];
    const digests = ({ steps }: typeof one) =>
      steps.map(({ inputDigest, outputDigest }) => ({ inputDigest, outputDigest }));
    expect(digests(one)).toEqual(digests(two));
    const other = await runPhoto(opened.host, runOf({ photo: photoOf(Buffer.from('other')) }));
    expect(digests(other)[0]?.inputDigest).not.toBe(digests(one)[0]?.inputDigest);
    expect(digests(other)[0]?.outputDigest).not.toBe(digests(one)[0]?.outputDigest);
  });

  it('takes only the plugins it names, and of one organisation only', async () => {
    await using opened = openHost();
    const [one, two] = [processing('return {};'), processing('return {};')];
    const foreign = processing('return {};', { organisationId: 'organisation-2' });
    for (const plugin of [one, two, foreign]) opened.host.register(plugin);
    const report = await runPhoto(opened.host, runOf({ plugins: [two.pluginId, foreign.pluginId] }));
    expect(report.steps.map(({ plugin }) => plugin)).toEqual([two.pluginId]);
  });

  it('says so when a plugin was unloaded since the run began', async () => {
    await using opened = openHost();
    const [one, two] = [processing('return {};'), processing('return {};')];
    for (const plugin of [one, two]) opened.host.register(plugin);
    const report = await runPhoto(opened.host, runOf({ onStep: () => opened.host.unload(two.id) }));
    expect(report.steps).toMatchObject([
      { ok: true },
      { ok: false, plugin: two.pluginId, error: { code: 'plugin_not_loaded' } },
    ]);
  });

  it('ends when it is aborted', async () => {
    await using opened = openHost();
    opened.host.register(processing('await new Promise(() => {});', { limits: { timeout: 5_000 } }));
    const stop = new AbortController();
    const run = runPhoto(
      opened.host,
      runOf({ signal: stop.signal, onStepStarted: () => setImmediate(() => stop.abort(new Error('stopped'))) }),
    );
    await expect(run).rejects.toThrow('stopped');
  });

  it('comes in the order of priority, then of installation, then of id', async () => {
    await using opened = openHost({ spareRunners: 0 });
    const make = (id: string, priority: number, installedAt: number) =>
      processing('', { id, hooks: [{ name: 'file:process', priority }], installedAt });
    for (const [id, priority, at] of [
      ['last', 300, 1],
      ['third', 100, 9],
      ['first', 5, 99],
      ['second', 100, 3],
    ] as const) {
      opened.host.register(make(id, priority, at));
    }
    expect(planRun(opened.host, runOf()).map(({ plugin }) => plugin)).toEqual(['first', 'second', 'third', 'last']);
  });
});

describe('a hook outside of a run', () => {
  it('gets the file as we know it, whatever the caller says about it', async () => {
    await using opened = openHost();
    opened.host.register(
      processing(
        'return { metadata: { name: input.file.name, given: input.metadata.given, tone: input.options.tone } };',
      ),
    );
    const data = { file: { name: 'a lie' }, metadata: { given: 1 } };
    const [result] = await runHook(opened.host, {
      organisationId: 'organisation-1',
      hook: 'file:process',
      data,
      photo,
      options: { tone: 'low' },
    });
    expect(result).toMatchObject({ ok: true, result: { metadata: { name: 'photo.jpg', given: 1, tone: 'low' } } });
  });

  it('calls nothing when the input does not fit', async () => {
    await using opened = openHost({ spareRunners: 0 });
    opened.host.register(processing(`ctx.log.info('called'); return {};`));
    const run = { organisationId: 'organisation-1', hook: 'file:process', data: null };
    await expect(runHook(opened.host, run)).rejects.toMatchObject({
      code: 'hook_input_invalid',
      fields: [{ field: '/file' }],
    });
    await expect(runHook(opened.host, { ...run, data: { metadata: 5 }, photo })).rejects.toMatchObject({
      code: 'hook_input_invalid',
    });
    await expect(runHook(opened.host, { ...run, hook: 'nobody:knows' })).rejects.toMatchObject({
      code: 'hook_unknown',
    });
    await expect(runHook(opened.host, { ...run, hook: 'toString' })).rejects.toMatchObject({ code: 'hook_unknown' });
    expect(opened.told.log).toEqual([]);
  });

  it('of an event takes the event alone', async () => {
    await using opened = openHost();
    opened.host.register(
      install({
        hooks: ['security:event'],
        code: `module.exports = { hooks: { 'security:event': (input) => ({ saw: input.event.type }) } };`,
      }),
    );
    const [result] = await runHook(opened.host, {
      organisationId: 'organisation-1',
      hook: 'security:event',
      data: { type: 'violation' },
    });
    expect(result).toMatchObject({ ok: true, result: { saw: 'violation' } });
  });

  it('of a plugin is checked against the schema it declared', async () => {
    await using opened = openHost();
    opened.host.register(
      install({
        id: 'owner',
        hooks: ['owner:sum'],
        customHooks: {
          'owner:sum': { input: { type: 'array', items: { type: 'number' } }, output: { type: 'number' } },
        },
        code: `module.exports = { hooks: { 'owner:sum': (input) => input.length > 2 ? 'many' : input.reduce((a, b) => a + b, 0) } };`,
      }),
    );
    const run = (data: number[] | string) =>
      runHook(opened.host, { organisationId: 'organisation-1', hook: 'owner:sum', data });
    expect(await run([1, 2])).toMatchObject([{ ok: true, result: 3 }]);
    expect(await run([1, 2, 3])).toMatchObject([{ ok: false, error: { code: 'plugin_result_invalid' } }]);
    await expect(run('no')).rejects.toMatchObject({ code: 'hook_input_invalid' });
    await expect(
      runHook(opened.host, { organisationId: 'organisation-2', hook: 'owner:sum', data: [] }),
    ).rejects.toMatchObject({ code: 'hook_unknown' });
  });

  it('that exports gives files, with the deadline of exports', async () => {
    await using opened = openHost();
    opened.host.register(
      install({
        hooks: ['export:generate'],
        limits: { timeout: 100 },
        code: `module.exports = { hooks: { 'export:generate': async (input, ctx) => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        await ctx.files.write('report.' + input.format, new TextEncoder().encode(input.report.title)); } } };`,
      }),
    );
    const files = memoryFiles();
    const results = await runExport(opened.host, {
      organisationId: 'organisation-1',
      report: { title: 'Evidence' },
      format: 'txt',
      derivedFiles: () => files,
    });
    expect(results).toMatchObject([{ ok: true, files: [{ name: 'report.txt', size: 8 }] }]);
    expect(Buffer.from(files.written.get('report.txt') ?? []).toString()).toBe('Evidence');
  });
});
