import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runRoutes } from '@proofpix/contract/api/runs';
import { startServer, type TestServer } from '../../../test/start-server.ts';
import { install, judge, reader } from './test/plugins.ts';
import { partHead, sendForm } from './test/raw-upload.ts';
import { stored } from './test/stored.ts';
import { ended, formOf, photo, runToEnd, startRuns, type Upload } from './test/upload.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await install(server.owner, reader);
  await install(server.owner, judge);
}, 120_000);
afterAll(() => server.stop());

const post = (files: readonly Upload[], fields?: Record<string, string>) =>
  server.owner.fetch('/api/runs', { method: 'POST', body: formOf(files, fields) });
const megabyte = 1024 * 1024;

describe('starting runs', () => {
  test('takes one photo through its plugins and keeps what each said', async () => {
    const bytes = photo();
    const run = await runToEnd(server.owner, { name: 'house.png', bytes });
    expect(run.state).toBe('done');
    expect(run.file).toMatchObject({ name: 'house.png', type: 'image/png', size: bytes.length });
    expect(run.metadata).toEqual({
      FileName: 'house.png',
      FileSize: bytes.length,
      MIMEType: 'image/png',
      Head: '89504e47',
      Options: {},
    });
    expect(run.findings.map(({ title, source }) => [title, source.plugin])).toEqual([
      ['The photo was read', 'test-reader'],
      ['It has 5 tags and 1 findings', 'test-judge'],
    ]);
    expect(run.findingCounts).toEqual({ strong: 1, possible: 0, note: 1 });
    expect(run).toMatchObject({ plugins: ['test-reader', 'test-judge'], stepsDone: 2, stepsTotal: 2, failedSteps: 0 });
  });

  test('makes a batch of one-photo runs out of many photos, in their order', async () => {
    const files = Array.from({ length: 12 }, (_, index) => ({ name: `${index}.png`, bytes: photo(index) }));
    const { batchId, runs } = await startRuns(server.owner, files);
    expect(runs.map(({ file }) => file.name)).toEqual(files.map(({ name }) => name));
    expect(new Set(runs.map((run) => run.batchId))).toEqual(new Set([batchId]));
    for (const run of runs)
      expect((await ended(server.owner, run)).metadata).toMatchObject({ FileName: run.file.name });
  });

  test('runs the plugins that are named and hands them the options, wherever the fields stand in the form', async () => {
    const form = formOf([{ name: 'a.png', bytes: photo() }]);
    form.append('plugins', ' test-reader , test-reader');
    form.append('options', '{"language":"de","deep":{"er":[1,null]}}');
    const { runs } = await server.call(runRoutes.create, { form });
    const run = await ended(server.owner, runs[0] ?? expect.fail());
    expect(run.plugins).toEqual(['test-reader']);
    expect(run.metadata.Options).toEqual({ language: 'de', deep: { er: [1, null] } });
    expect(run.steps.map(({ plugin }) => plugin)).toEqual(['test-reader']);
  });

  test('refuses plugins and options that cannot be meant, and keeps nothing', async () => {
    const before = await stored(server);
    const file = [{ name: 'a.png', bytes: photo(99) }];
    const wrong: [Record<string, string>, number, string][] = [
      [{ plugins: 'no-such-plugin' }, 404, 'plugin_not_found'],
      [{ plugins: '../../etc' }, 400, 'invalid_request'],
      [{ options: '{' }, 400, 'invalid_request'],
      [{ options: '[]' }, 400, 'invalid_request'],
      [{ options: '{"__proto__":{"a":1}}' }, 400, 'invalid_request'],
      [{ options: `${'{"a":'.repeat(100)}1${'}'.repeat(100)}` }, 400, 'invalid_request'],
      [{ surprise: 'x' }, 400, 'invalid_request'],
    ];
    for (const [fields, status, code] of wrong) {
      const response = await post(file, fields);
      expect(
        [response.status, ((await response.json()) as { code: string }).code],
        JSON.stringify(fields).slice(0, 60),
      ).toEqual([status, code]);
    }
    expect(await stored(server)).toEqual(before);
  });

  test('keeps NUL and broken characters in options from breaking anything', async () => {
    const run = await runToEnd(
      server.owner,
      { name: 'a.png', bytes: photo() },
      { options: '{"a\\u0000b":"c\\u0000d\\ud800"}' },
    );
    expect(run.metadata.Options).toEqual({ 'a\ufffdb': 'c\ufffdd\ufffd' });
  });

  test('shows hostile names as text without folders and control characters', async () => {
    const names = [
      '../../etc/passwd.png',
      'C:\\windows\\a.png',
      'a\u202egnp.exe',
      `${'x'.repeat(600)}.png`,
      '<script>alert(1)</script>.png',
    ];
    for (const name of names) {
      const run = await runToEnd(server.owner, { name, bytes: photo() });
      expect(run.file.name).not.toMatch(/[/\\\u202e]|^$/);
      expect(run.file.name.length).toBeLessThanOrEqual(255);
      const shown = await server.owner.fetch(`/api/runs/${run.id}/photo`);
      expect(shown.status).toBe(200);
      expect(shown.headers.get('content-disposition')).toMatch(
        /^inline; filename="[^"\\/]+"; filename\*=UTF-8''[\w.~!$&+^`|%-]+$/,
      );
    }
  });

  test('refuses what is no photo by its content, names it, and keeps nothing of the request', async () => {
    const before = await stored(server);
    for (const bytes of [
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      Buffer.from('%PDF-1.7\n'),
      Buffer.from('GIF89a'),
      Buffer.alloc(0),
      randomBytes(100_000),
    ]) {
      const response = await post([
        { name: 'good.png', bytes: photo(7) },
        { name: 'wrong.jpg', bytes },
      ]);
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({
        code: 'photo_type_unknown',
        detail: expect.stringContaining('wrong.jpg'),
      });
    }
    expect(await stored(server)).toEqual(before);
  });

  test('accepts a photo that is cut short: what is wrong with it is for the plugins to say', async () => {
    const run = await runToEnd(server.owner, { name: 'short.png', bytes: photo().subarray(0, 40) });
    expect(run).toMatchObject({ state: 'done', file: { size: 40, type: 'image/png' } });
  });

  test('refuses a photo over 200 MB while it arrives, and keeps nothing', async () => {
    const before = await stored(server);
    const zeros = new Uint8Array(megabyte);
    const answer = await sendForm(server.url, server.owner, async (write) => {
      await write(partHead('file', 'small.png'));
      await write(photo(8));
      await write(partHead('file', 'big.jpg'));
      await write(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0));
      for (let sent = 0; sent < 201; sent += 1) await write(zeros);
      return 'end';
    });
    expect(answer?.status).toBe(413);
    expect(answer?.body).toContain('file_too_large');
    expect(await stored(server)).toEqual(before);
  }, 120_000);

  test('refuses 101 photos and keeps none', async () => {
    const before = await stored(server);
    const response = await post(Array.from({ length: 101 }, (_, index) => ({ name: `${index}.png`, bytes: photo() })));
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([413, 'too_many_files']);
    expect(await stored(server)).toEqual(before);
  });

  test('keeps nothing of an upload that is cut off', async () => {
    const before = await stored(server);
    await sendForm(server.url, server.owner, async (write) => {
      await write(partHead('file', 'whole.png'));
      await write(photo(9));
      await write(partHead('file', 'half.jpg'));
      await write(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0));
      await write(randomBytes(megabyte));
      return 'cut';
    });
    // The server learns of it a moment later than we do.
    await expect.poll(() => stored(server), { timeout: 20_000 }).toEqual(before);
  });

  test('asks for the access to start runs, and for a form with a photo', async () => {
    const viewer = await server.signIn('viewer');
    expect(
      (await viewer.fetch('/api/runs', { method: 'POST', body: formOf([{ name: 'a.png', bytes: photo() }]) })).status,
    ).toBe(403);
    expect((await viewer.fetch('/api/runs/sample', { method: 'POST' })).status).toBe(403);
    expect((await server.owner.fetch('/api/runs', { method: 'POST', body: 'x' })).status).toBe(415);
    expect((await post([], { plugins: 'test-reader' })).status).toBe(400);
  });

  test('starts a run of the sample photo', async () => {
    const { runs } = await server.call(runRoutes.sample);
    const run = await ended(server.owner, runs[0] ?? expect.fail());
    expect(run).toMatchObject({ state: 'done', file: { name: 'sample.jpg', type: 'image/jpeg' } });
  });
});

describe('the storage quota of an organisation', () => {
  test('refuses photos beyond it and keeps nothing of them; deleting makes room; the same bytes count once', async () => {
    const small = randomPng(40_000);
    await using limited = await startServer({ environment: { ORGANISATION_STORAGE_BYTES: '100000' } });
    const { runs } = await startRuns(limited.owner, [{ name: 'a.png', bytes: small }]);
    const before = await stored(limited);
    const body = () =>
      formOf([
        { name: 'b.png', bytes: randomPng(40_000) },
        { name: 'c.png', bytes: randomPng(40_000) },
      ]);
    const refused = await limited.owner.fetch('/api/runs', { method: 'POST', body: body() });
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([413, 'storage_full']);
    expect(await stored(limited)).toEqual(before);

    await startRuns(limited.owner, [{ name: 'the same.png', bytes: small }]);
    await limited.call(runRoutes.remove, { params: { id: runs[0]?.id ?? expect.fail() } });
    await startRuns(limited.owner, [{ name: 'b.png', bytes: randomPng(40_000) }]);
  }, 120_000);
});

function randomPng(size: number): Uint8Array {
  return Buffer.concat([photo(), randomBytes(size)]);
}
