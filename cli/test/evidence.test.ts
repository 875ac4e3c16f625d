import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestServer } from '../../server/test/start-server.ts';
import { makeWorkplace, proofpix, type Workplace } from './proofpix.ts';

let place: Workplace;
let server: TestServer;
beforeAll(async () => {
  [place, server] = await Promise.all([makeWorkplace(), startServer()]);
  await server.call(routes.tokens.create, { body: { name: 'One' } });
}, 300_000);
afterAll(async () => {
  await server.stop();
  await place[Symbol.asyncDispose]();
});

const dayOf = (date: Date) => date.toISOString().slice(0, 10);
const today = dayOf(new Date());
const monthAgo = dayOf(new Date(Date.now() - 30 * 24 * 3_600_000));
const evidence = (...options: string[]) =>
  proofpix(place.folder, ['evidence', ...options], {
    PROOFPIX_TOKEN: server.owner.token,
    PROOFPIX_SERVER: server.url,
  });

describe('proofpix evidence', { timeout: 300_000 }, () => {
  test('fetches a period with its last day, which "verify" then knows, and says what was counted', async () => {
    const { code, stdout, stderr } = await evidence('--from', monthAgo, '--to', today, '--out', 'mine.zip');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}Changes of access +\d+$/m);
    expect(stdout).toMatch(/^ {2}Restores +nothing$/m);
    expect(stdout).toContain('The period is not over yet');
    expect(stdout).toMatch(/^The audit trail is intact: \d+ acts\.$/m);
    const { fingerprint } = await server.call(routes.organisations.evidenceKey);
    const verified = await place.run('verify', 'mine.zip', '--key', fingerprint);
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing was changed.') });
    expect(verified.stdout).toContain(`  Period        ${monthAgo}T00:00:00.000Z until before`);
    const bytes = await readFile(join(place.folder, 'mine.zip'));
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    await writeFile(join(place.folder, 'changed.zip'), bytes);
    expect(await place.run('verify', 'changed.zip')).toMatchObject({ code: 2 });
  });

  test('"verify" knows the report on what a version did, and sees a change of it', async () => {
    const path = `/api/exposures/${'5f'.repeat(32)}/export`;
    const text = await (await server.owner.fetch(path)).text();
    await writeFile(join(place.folder, 'exposure.json'), text);
    await writeFile(join(place.folder, 'forged.json'), text.replace('"runs":0', '"runs":9'));
    const { fingerprint } = await server.call(routes.organisations.evidenceKey);
    const verified = await place.run('verify', 'exposure.json', '--key', fingerprint);
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing was changed.') });
    expect(await place.run('verify', 'exposure.json', '--key', 'ab'.repeat(32))).toMatchObject({ code: 2 });
    const forged = await place.run('verify', 'forged.json', '--json');
    expect(forged.code).toBe(2);
    expect(JSON.parse(forged.stdout)).toMatchObject({ kind: 'exposure', state: 'changed' });
  });

  test('unpacks it into a folder, and as JSON says where it is with its index', async () => {
    const period = ['--from', '2026-01-01T00:00:00Z', '--to', '2026-02-01T00:00:00+01:00'];
    const { code, stdout } = await evidence(...period, '--out', 'folder', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      path: join(place.folder, 'folder'),
      index: { period: { from: '2026-01-01T00:00:00.000Z', to: '2026-01-31T23:00:00.000Z', isOver: true } },
    });
    const names = await readdir(join(place.folder, 'folder'));
    expect(names.toSorted()).toEqual(
      ['README.txt', 'attestation.json', 'controls', 'index.html', 'index.json', 'manifest.json', 'state'].toSorted(),
    );
    const [head = ''] = (await readFile(join(place.folder, 'folder/controls/sign-ins.jsonl'), 'utf8')).split('\n');
    expect(JSON.parse(head)).toMatchObject({
      control: 'sign-ins',
      entries: 0,
      says: expect.stringContaining('Nothing'),
    });
    expect((await readdir(place.folder)).filter((name) => name.startsWith('.proofpix-'))).toEqual([]);
  });

  test('writes over nothing, and names the date that is wrong', async () => {
    await mkdir(join(place.folder, 'full'));
    await writeFile(join(place.folder, 'full/mine.txt'), 'mine');
    const taken = await evidence('--from', '2026-01-01', '--to', '2026-01-31', '--out', 'full');
    expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') });
    expect(await readFile(join(place.folder, 'full/mine.txt'), 'utf8')).toBe('mine');
    for (const [option, from, to] of [
      ['--from', '2026-02-30', '2026-03-31'],
      ['--from', 'yesterday', '2026-03-31'],
      ['--to', '2026-01-01', '2026-13-01'],
      ['--to', '2026-02-01', '2026-01-01'],
    ] as const) {
      const wrong = await evidence('--from', from, '--to', to);
      expect(wrong).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(option) });
    }
    const long = await evidence('--from', '2024-01-01', '--to', '2026-01-01');
    expect(long).toMatchObject({ code: 3, stderr: expect.stringContaining('to is more than 400 days') });
  });

  test('keeps nothing of what came changed or broke off, and is refused without the access', async () => {
    const whole = await server.owner.fetch('/api/controls/evidence?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z');
    const bytes = Buffer.from(await whole.arrayBuffer());
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    const between = createServer((_, response) => void response.writeHead(200).end(bytes));
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    const address = between.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const period = ['--from', '2026-01-01', '--to', '2026-01-31', '--out', 'never.zip'];
    const changed = await evidence(...period, '--server', `http://127.0.0.1:${port}`);
    expect(changed).toMatchObject({ code: 3, stderr: expect.stringContaining('is not whole') });
    between.close();
    const viewer = await server.signIn('viewer');
    const refused = await evidence(...period, '--token', viewer.token);
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('access_denied') });
    expect(
      (await readdir(place.folder)).filter((name) => name.includes('never') || name.startsWith('.proofpix-')),
    ).toEqual([]);
  });
});
