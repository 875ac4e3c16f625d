import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caseRoutes } from '@proofpix/contract/api/cases';
import { runRoutes } from '@proofpix/contract/api/runs';
import type { Run } from '@proofpix/contract/runs';
import { startServer, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';
import { exporter, install, judge, reader, writer, type TestPlugin } from './test/plugins.ts';
import { stored } from './test/stored.ts';
import { ended, photo, runToEnd, startRuns } from './test/upload.ts';

let server: TestServer;
let other: TestOrganisation;
beforeAll(async () => {
  server = await startServer();
  for (const plugin of [reader, judge, writer, exporter]) await install(server.owner, plugin);
  other = await server.createOrganisation();
}, 120_000);
afterAll(() => server.stop());

const problem = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code];

describe('a run as a document', () => {
  test('is the same text each time it is asked for, with its steps, digests and times', async () => {
    const { id } = await runToEnd(server.owner, { name: 'a.png', bytes: photo() });
    const [first, second] = await Promise.all(
      [1, 2].map(async () => (await server.owner.fetch(`/api/runs/${id}`)).text()),
    );
    expect(first).toBe(second);
    const run = JSON.parse(first ?? '') as Run; // the reply was checked against its row
    for (const step of run.steps) {
      for (const digest of [step.digest, step.inputDigest, step.outputDigest]) expect(digest).toMatch(/^[0-9a-f]{64}$/);
      expect(step.version).toBe('1.0.0');
      expect(step.milliseconds).toBeGreaterThan(0);
    }
    expect(Date.parse(run.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(run.startedAt ?? ''));
  });

  test('has the same digests of inputs and outputs for the same photo in another run', async () => {
    const digests = async () => {
      const run = await runToEnd(server.owner, { name: 'same.png', bytes: photo(5) });
      return run.steps.map(({ inputDigest, outputDigest }) => [inputDigest, outputDigest]);
    };
    expect(await digests()).toEqual(await digests());
  });
});

describe('the list of runs', () => {
  test('is newest first, goes on from page to page without a gap, and filters', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, judge);
    await install(owner, writer);
    const found = await startRuns(
      owner,
      [0, 1, 2].map((index) => ({ name: `found ${index}.png`, bytes: photo(index) })),
    );
    const nothing = await startRuns(
      owner,
      [3, 4].map((index) => ({ name: `50%_of_${index}.png`, bytes: photo(index) })),
      { plugins: 'test-writer' },
    );
    const sent = [...found.runs, ...nothing.runs];
    for (const run of sent) await ended(owner, run);

    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await owner.call(runRoutes.list, { query: { limit: 2, ...(cursor ? { cursor } : {}) } });
      expect(page).toMatchObject({ total: 5, totalIsLowerBound: false });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(sent.map(({ id }) => id).reverse());

    const list = async (query: Parameters<typeof call>[0]) => (await call(query)).items.map(({ file }) => file.name);
    const call = (query: {
      state?: 'done' | 'failed';
      batchId?: string;
      search?: string;
      found?: 'findings' | 'nothing' | 'strong' | 'possible';
      caseId?: string;
      plugin?: string;
      from?: string;
      to?: string;
    }) => owner.call(runRoutes.list, { query });
    expect(await list({ state: 'failed' })).toEqual([]);
    expect(await list({ batchId: nothing.batchId })).toHaveLength(2);
    expect(await list({ search: 'FOUND 1' })).toEqual(['found 1.png']);
    expect(await list({ search: '0%_' })).toHaveLength(2);
    expect(await list({ search: '%' })).toHaveLength(2);
    expect(await list({ found: 'findings' })).toHaveLength(3);
    expect(await list({ found: 'nothing' })).toHaveLength(2);
    expect(await list({ found: 'strong' })).toHaveLength(3);
    expect(await list({ found: 'possible' })).toEqual([]);
    expect(await list({ plugin: 'test-judge' })).toHaveLength(3);
    expect(await list({ plugin: 'test-writer' })).toHaveLength(5);
    expect(await list({ plugin: 'test-reader' })).toEqual([]);

    const caseId = (await owner.call(caseRoutes.create, { body: { title: 'Some', runIds: [sent[3]?.id ?? ''] } })).id;
    expect(await list({ caseId })).toEqual([sent[3]?.file.name]);
    expect(await list({ caseId: sent[0]?.id ?? '' })).toEqual([]);

    const [today, yesterday] = [0, 1].map((days) =>
      new Date(Date.parse(sent[0]?.createdAt ?? '') - days * 86_400_000).toISOString().slice(0, 10),
    );
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    expect(await list({ from: today, to: tomorrow })).toHaveLength(5);
    expect(await list({ from: '0001-01-01', to: yesterday })).toEqual([]);
    expect(await list({ from: today, to: '9999-12-31' })).toHaveLength(5);
    for (const query of ['from=yesterday', 'to=2026-02-30', 'found=all', 'plugin=../x', 'caseId=1'])
      expect(await problem(await owner.fetch(`/api/runs?${query}`)), query).toEqual([400, 'invalid_request']);
  }, 60_000);

  test('finds possible findings only where there is no strong one', async () => {
    const { owner } = await server.createOrganisation();
    const severity: TestPlugin = {
      id: 'test-severity',
      hooks: ['file:process'],
      code: `exports.hooks = { 'file:process': ({ file }) => ({
        findings: file.name.split(' ')[0].split('+').map((severity) => ({ severity, confidence: 1, title: 'x', explanation: '' })),
      }) };`,
    };
    await install(owner, severity);
    const names = ['possible 1', 'strong+possible 2', 'note 3', 'strong 4'];
    for (const name of names) await runToEnd(owner, { name, bytes: photo() });
    const list = async (found: 'strong' | 'possible') =>
      (await owner.call(runRoutes.list, { query: { found } })).items.map(({ file }) => file.name);
    expect(await list('possible')).toEqual(['possible 1']);
    expect(await list('strong')).toEqual(['strong 4', 'strong+possible 2']);
  });

  test('refuses a cursor that is not its own', async () => {
    for (const cursor of [
      'x',
      Buffer.from('[1,"\' or 1=1"]').toString('base64url'),
      Buffer.from('[1e99,"00000000-0000-0000-0000-000000000000"]').toString('base64url'),
    ]) {
      expect(await problem(await server.owner.fetch(`/api/runs?cursor=${encodeURIComponent(cursor)}`))).toEqual([
        400,
        'invalid_request',
      ]);
    }
  });
});

describe('downloads', () => {
  test('give the photo byte for byte, whole and in ranges', async () => {
    const bytes = Buffer.concat([photo(), Buffer.alloc(300_000, 7)]);
    const { id, file } = await runToEnd(server.owner, { name: 'a.png', bytes });
    const get = (headers: Record<string, string> = {}) => server.owner.fetch(`/api/runs/${id}/photo`, { headers });
    const whole = await get();
    expect(
      Object.fromEntries(
        [
          'content-type',
          'content-length',
          'accept-ranges',
          'etag',
          'x-content-type-options',
          'content-security-policy',
        ].map((name) => [name, whole.headers.get(name)]),
      ),
    ).toEqual({
      'content-type': 'image/png',
      'content-length': String(bytes.length),
      'accept-ranges': 'bytes',
      etag: `"${file.sha256}"`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    });
    expect(sha256(await whole.arrayBuffer())).toBe(file.sha256);

    const ranges: [string, Uint8Array, string][] = [
      ['bytes=0-3', bytes.subarray(0, 4), `bytes 0-3/${bytes.length}`],
      ['bytes=100-', bytes.subarray(100), `bytes 100-${bytes.length - 1}/${bytes.length}`],
      ['bytes=-10', bytes.subarray(-10), `bytes ${bytes.length - 10}-${bytes.length - 1}/${bytes.length}`],
      [`bytes=5-${bytes.length * 2}`, bytes.subarray(5), `bytes 5-${bytes.length - 1}/${bytes.length}`],
    ];
    for (const [range, part, described] of ranges) {
      const response = await get({ range });
      expect([response.status, response.headers.get('content-range')]).toEqual([206, described]);
      expect(Buffer.from(await response.arrayBuffer()).equals(part), range).toBe(true);
    }
    expect(await problem(await get({ range: `bytes=${bytes.length}-` }))).toEqual([416, 'range_not_satisfiable']);
    for (const range of ['bytes=3-1', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=-', 'bytes=9999999999999999999-'])
      expect((await get({ range })).status, range).toBe(200);
    expect((await get({ range: 'bytes=0-3', 'if-range': '"another"' })).status).toBe(200);
    const head = await server.owner.fetch(`/api/runs/${id}/photo`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
  });

  test('show plain pictures and save everything else, so that nothing that a plugin wrote can run', async () => {
    const run = await runToEnd(server.owner, { name: 'a.png', bytes: photo() });
    const get = (name: string) =>
      server.owner.fetch(`/api/runs/${run.id}/files/${encodeURIComponent(name)}?plugin=test-writer`);
    const page = await get('note.html');
    expect([page.status, page.headers.get('content-type'), page.headers.get('content-disposition')]).toEqual([
      200,
      'application/octet-stream',
      `attachment; filename="note.html"; filename*=UTF-8''note.html`,
    ]);
    expect(page.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await page.text()).toBe('<script>alert(1)</script>');
    expect((await get("pages/café; it's 1.txt")).headers.get('content-disposition')).toBe(
      `attachment; filename="caf_; it's 1.txt"; filename*=UTF-8''caf%C3%A9%3B%20it%27s%201.txt`,
    );
    const picture = await get('copy.png');
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(sha256(await picture.arrayBuffer())).toBe(run.file.sha256);
    expect(await problem(await get('../../photo'))).toEqual([404, 'file_not_found']);
    expect(await problem(await get('nothing.txt'))).toEqual([404, 'file_not_found']);
  });
});

describe('another organisation', () => {
  test('finds nothing of ours: a foreign run answers like a missing one', async () => {
    const run = await runToEnd(server.owner, { name: 'secret.png', bytes: photo(42) });
    const missing = '00000000-0000-7000-8000-000000000000';
    for (const id of [run.id, missing]) {
      for (const path of ['', '/photo', '/files/note.html', '/events']) {
        expect(await problem(await other.owner.fetch(`/api/runs/${id}${path}`)), path).toEqual([404, 'run_not_found']);
      }
      expect(await problem(await other.owner.fetch(`/api/runs/${id}`, { method: 'DELETE' }))).toEqual([
        404,
        'run_not_found',
      ]);
      const exported = await other.owner.fetch(`/api/runs/${id}/export`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"format":"json"}',
      });
      expect(await problem(exported)).toEqual([404, 'run_not_found']);
    }
    expect((await other.owner.call(runRoutes.list, { query: { batchId: run.batchId } })).items).toEqual([]);
    expect((await server.owner.fetch(`/api/runs/${run.id}`)).status).toBe(200);
  });

  test('keeps its own copy of the same photo when ours is deleted', async () => {
    const bytes = photo(43);
    const ours = await runToEnd(server.owner, { name: 'a.png', bytes });
    const theirs = await runToEnd(other.owner, { name: 'a.png', bytes });
    await server.call(runRoutes.remove, { params: { id: ours.id } });
    expect((await other.owner.fetch(`/api/runs/${theirs.id}/photo`)).status).toBe(200);
  });
});

describe('deleting a run', () => {
  test('removes rows and bytes, but not the bytes that another run has as well', async () => {
    const before = await stored(server);
    const bytes = photo(44);
    const { runs } = await startRuns(server.owner, [
      { name: 'a.png', bytes },
      { name: 'b.png', bytes },
    ]);
    for (const run of runs) await ended(server.owner, run);
    const [first, second] = runs;
    await server.call(runRoutes.export, { params: { id: first?.id ?? '' }, body: { format: 'json' } });
    await server.call(runRoutes.remove, { params: { id: first?.id ?? '' } });
    expect((await server.owner.fetch(`/api/runs/${first?.id}`)).status).toBe(404);
    const kept = await server.owner.fetch(`/api/runs/${second?.id}/photo`);
    expect(Buffer.from(await kept.arrayBuffer()).equals(bytes)).toBe(true);
    await server.call(runRoutes.remove, { params: { id: second?.id ?? '' } });
    expect(await stored(server)).toEqual(before);
  });

  test('takes nothing away from an upload of the same photo that is under way', async () => {
    const bytes = photo(45);
    for (let round = 0; round < 5; round += 1) {
      const old = await runToEnd(server.owner, { name: 'old.png', bytes });
      const [, started] = await Promise.all([
        server.call(runRoutes.remove, { params: { id: old.id } }),
        startRuns(server.owner, [{ name: 'new.png', bytes }]),
      ]);
      const run = await ended(server.owner, started.runs[0] ?? expect.fail());
      expect((await server.owner.fetch(`/api/runs/${run.id}/photo`)).status).toBe(200);
      await server.call(runRoutes.remove, { params: { id: run.id } });
    }
  });

  test('asks for the access to do so', async () => {
    const { id } = await runToEnd(server.owner, { name: 'a.png', bytes: photo() });
    const auditor = await server.signIn('auditor');
    expect((await auditor.fetch(`/api/runs/${id}`)).status).toBe(200);
    expect(await problem(await auditor.fetch(`/api/runs/${id}`, { method: 'DELETE' }))).toEqual([403, 'access_denied']);
  });
});

describe('exports', () => {
  test('are written by plugins from the whole report, stored, and listed with their addresses', async () => {
    const run = await runToEnd(server.owner, { name: 'a.png', bytes: photo() });
    const made = await server.call(runRoutes.export, {
      params: { id: run.id },
      body: { format: 'json', options: { paper: 'A4' } },
    });
    expect(made).toMatchObject({ runId: run.id, format: 'json' });
    expect(made.files.map(({ name, plugin }) => [name, plugin])).toEqual([['report.json', 'test-exporter']]);
    const file = await server.owner.fetch(made.files[0]?.url ?? '');
    expect(await file.json()).toEqual({
      format: 'json',
      options: { paper: 'A4' },
      tags: Object.keys(run.metadata),
      photo: 2,
    });
    // It belongs to the export, not to what the run found.
    expect((await server.owner.fetch(`/api/runs/${run.id}/files/report.json`)).status).toBe(404);
  });

  test('that fail leave nothing, and say why', async () => {
    const run = await runToEnd(server.owner, { name: 'a.png', bytes: photo() });
    const before = await stored(server);
    const exportAs = async (body: object) => {
      const response = await server.owner.fetch(`/api/runs/${run.id}/export`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return [response.status, await response.json()];
    };
    expect(await exportAs({ format: 'broken' })).toMatchObject([
      422,
      { code: 'export_failed', detail: expect.stringContaining('no') },
    ]);
    expect(await exportAs({ format: 'nothing' })).toMatchObject([
      422,
      { code: 'export_failed', detail: expect.stringContaining('nothing') },
    ]);
    expect(await exportAs({ format: 'json', plugins: ['test-reader'] })).toMatchObject([
      422,
      { code: 'export_failed' },
    ]);
    expect(await exportAs({ format: '' })).toMatchObject([400, { code: 'invalid_request' }]);
    expect(await stored(server)).toEqual(before);
  });
});

function sha256(bytes: ArrayBuffer): string {
  return createHash('sha256').update(new Uint8Array(bytes)).digest('hex');
}
