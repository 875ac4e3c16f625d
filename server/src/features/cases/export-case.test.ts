import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caseRoutes } from '@proofpix/contract/api/cases';
import { runRoutes } from '@proofpix/contract/api/runs';
import type { CaseReport } from '@proofpix/contract/cases';
import { startServer, type TestServer } from '../../../test/start-server.ts';
import { install, type TestPlugin } from '../runs/test/plugins.ts';
import { stored } from '../runs/test/stored.ts';
import { photo, runToEnd } from '../runs/test/upload.ts';

/** Writes what it got as a file, and what it could read of the photos and derived files that the report names. */
const reporter: TestPlugin = {
  id: 'test-case-report',
  hooks: ['export:generate'],
  code: `exports.hooks = { 'export:generate': async ({ report, format }, ctx) => {
    if (format === 'broken') throw new Error('no');
    if (format === 'outline') {
      const outline = report.exhibits.map(({ omitted, metadata, findings, steps }) =>
        ({ omitted, tags: Object.keys(metadata).length, findings: findings.length, steps: steps.length }));
      return void (await ctx.files.write('outline.json', JSON.stringify(outline)));
    }
    const read = [];
    for (const { file, files } of report.exhibits)
      for (const { sha256 } of [file, ...files]) read.push((await ctx.files.read(0, 1e6, { sha256 })).length);
    const refused = await ctx.files.read(0, 1, { sha256: '${'00'.repeat(32)}' }).then(() => null, (error) => error.code);
    await ctx.files.write('report.json', JSON.stringify({ report, read, refused }));
  } };`,
};

/** Says as much as its option asks for, and adds a file. */
const talker: TestPlugin = {
  id: 'test-talker',
  hooks: ['file:process'],
  code: `exports.hooks = { 'file:process': async ({ options }, ctx) => {
    await ctx.files.write('copy.png', await ctx.files.read(0, ctx.files.size));
    const metadata = { Short: 'a tag' };
    for (let index = 0; index < (options.long ?? 0); index += 1) metadata['Long' + index] = 'x'.repeat(90_000);
    return { metadata, findings: [{ severity: 'strong', confidence: 1, title: 'Something', explanation: '' }] };
  } };`,
};

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await install(server.owner, reporter);
  await install(server.owner, talker);
}, 120_000);
afterAll(() => server.stop());

async function makeCase(title: string, options: readonly object[]): Promise<{ id: string; runs: string[] }> {
  const runs: string[] = [];
  for (const [index, given] of options.entries()) {
    const file = { name: `${title} ${index}.png`, bytes: photo(index) };
    runs.push((await runToEnd(server.owner, file, { options: JSON.stringify(given) })).id);
  }
  const { id } = await server.call(caseRoutes.create, { body: { title, runIds: runs } });
  return { id, runs };
}

async function exportAs(id: string, format: string): Promise<[number, string, string]> {
  const response = await server.owner.fetch(`/api/cases/${id}/export`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ format }),
  });
  const { code = '', detail = '' } = (await response.json()) as { code?: string; detail?: string }; // may be a problem
  return [response.status, code, detail];
}

type Written = { report: CaseReport; read: number[]; refused: string };

describe('the report of a case', () => {
  test('is written once from all exhibits with captions and notes, from photos that are read by their digest', async () => {
    const { id, runs } = await makeCase('Whole', [{}, {}]);
    await server.call(caseRoutes.updateExhibit, { params: { id, number: 2 }, body: { caption: 'The roof' } });
    await server.call(caseRoutes.addNote, { params: { id }, body: { text: 'About the case' } });
    await server.call(runRoutes.addNote, { params: { id: runs[1] ?? '' }, body: { text: 'About the photo' } });
    const made = await server.call(caseRoutes.export, { params: { id }, body: { format: 'json' } });
    expect(made).toMatchObject({ caseId: id, format: 'json', files: [{ name: 'report.json' }] });
    const file = await server.owner.fetch(made.files[0]?.url ?? '');
    const { report, read, refused } = (await file.json()) as Written; // as the plugin above wrote it
    const detail = await server.call(caseRoutes.get, { params: { id } });
    expect(report).toMatchObject({
      title: 'Whole',
      reference: null,
      description: '',
      state: 'open',
      organisation: { name: expect.any(String) },
      createdAt: detail.createdAt,
      notes: [{ text: 'About the case', createdBy: { name: expect.any(String) }, updatedAt: null }],
    });
    const whole = await Promise.all(runs.map((run) => server.call(runRoutes.get, { params: { id: run } })));
    expect(report.exhibits).toEqual(
      whole.map((run, index) => ({
        number: index + 1,
        caption: index === 1 ? 'The roof' : '',
        notes: index === 1 ? [expect.objectContaining({ text: 'About the photo' })] : [],
        ...run,
      })),
    );
    expect(read).toEqual([0, 1].flatMap((seed) => [photo(seed).length, photo(seed).length]));
    expect(refused).toBe('no_file');
    const { items } = await server.call(caseRoutes.exports, { params: { id } });
    expect(items).toEqual([{ ...made, createdAt: expect.any(String) }]);
    // It is the report of the case, not of any run.
    expect((await server.call(runRoutes.exports, { params: { id: runs[0] ?? '' } })).items).toEqual([]);
  });

  test('leaves out what is least needed where a case is too large for one call, and says so', async () => {
    const { id } = await makeCase('Large', [{ long: 60 }, {}, { long: 75 }]);
    const made = await server.call(caseRoutes.export, { params: { id }, body: { format: 'outline' } });
    const file = await server.owner.fetch(made.files[0]?.url ?? '');
    expect(await file.json()).toEqual([
      { omitted: ['steps.result', 'sources', 'metadata.long'], tags: 1, findings: 1, steps: 1 },
      { tags: 1, findings: 1, steps: 1 },
      { omitted: ['steps.result'], tags: 76, findings: 1, steps: 1 },
    ]);
  }, 60_000);

  test('goes with the case, and its bytes with it', async () => {
    const { id } = await makeCase('Gone', [{}]);
    const before = await stored(server);
    await server.call(caseRoutes.export, { params: { id }, body: { format: 'json' } });
    expect((await stored(server)).objects.length).toBe(before.objects.length + 1);
    await server.call(caseRoutes.remove, { params: { id } });
    expect((await stored(server)).objects).toEqual(before.objects);
  });

  test('that cannot be written leaves nothing and says why', async () => {
    const { id, runs } = await makeCase('None', [{}]);
    const before = await stored(server);
    expect(await exportAs(id, 'broken')).toEqual([422, 'export_failed', expect.stringContaining('no')]);
    expect(await stored(server)).toEqual(before);
    await server.call(caseRoutes.removeExhibit, { params: { id, number: 1 } });
    expect((await exportAs(id, 'json')).slice(0, 2)).toEqual([409, 'case_empty']);
    expect(runs).toHaveLength(1);
  });
});

describe('the reports of a run', () => {
  test('are listed newest first, each with the addresses of its files', async () => {
    const { runs } = await makeCase('Of a run', [{}]);
    const [id = ''] = runs;
    await install(server.owner, {
      id: 'test-run-report',
      hooks: ['export:generate'],
      code: `exports.hooks = { 'export:generate': async ({ format }, ctx) => { await ctx.files.write(format + '.txt', format); } };`,
    });
    const body = (format: string) => ({ format, plugins: ['test-run-report'] });
    const first = await server.call(runRoutes.export, { params: { id }, body: body('one') });
    const second = await server.call(runRoutes.export, { params: { id }, body: body('two') });
    const { items } = await server.call(runRoutes.exports, { params: { id } });
    expect(items).toEqual([second, first].map((made) => ({ ...made, createdAt: expect.any(String) })));
    expect(await (await server.owner.fetch(items[0]?.files[0]?.url ?? '')).text()).toBe('two');
    const { owner } = await server.createOrganisation();
    expect((await owner.fetch(`/api/runs/${id}/exports`)).status).toBe(404);
  });
});
