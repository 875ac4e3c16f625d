import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditHead } from '@proofpix/contract/audit-record';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestServer } from '../../server/test/start-server.ts';
import { makeWorkplace, proofpix, type Workplace } from './proofpix.ts';

let place: Workplace;
let server: TestServer;
let lines: string[];
beforeAll(async () => {
  [place, server] = await Promise.all([makeWorkplace(), startServer()]);
  for (const name of ['One', 'Two', 'Three']) await server.call(routes.tokens.create, { body: { name } });
  const environment = { PROOFPIX_TOKEN: server.owner.token, PROOFPIX_SERVER: server.url };
  const { code, stderr } = await proofpix(place.folder, ['audit', 'export', 'trail.jsonl'], environment);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  lines = (await readFile(join(place.folder, 'trail.jsonl'), 'utf8')).trim().split('\n');
}, 300_000);
afterAll(async () => {
  await server.stop();
  await place[Symbol.asyncDispose]();
});

async function verify(changed: readonly string[], ...options: string[]) {
  await writeFile(join(place.folder, 'changed.jsonl'), `${changed.join('\n')}\n`);
  return place.run('audit', 'verify', 'changed.jsonl', ...options);
}

const acts = () => lines.filter((line) => line.startsWith('{"type":"act"'));

describe('proofpix audit', { timeout: 300_000 }, () => {
  test('verifies an exported trail without the server, and says whose key it believes', async () => {
    const { code, stdout } = await verify(lines);
    expect(code).toBe(0);
    expect(stdout).toContain('Nothing was changed, removed, put in or moved.');
    const { publicKey, fingerprint } = await server.call(routes.organisations.evidenceKey);
    expect(stdout.replaceAll(' ', '')).toContain(fingerprint);
    expect(publicKey).not.toBe('');
    expect((await verify(lines, '--key', fingerprint)).code).toBe(0);
    expect((await verify(lines, '--key', 'ab'.repeat(32))).code).toBe(2);
  });

  test('names what was changed or removed in the file', async () => {
    const position = 1 + acts().findIndex((line) => line.includes('"One"'));
    expect(position).toBeGreaterThan(0);
    const [one = '', next = ''] = acts().slice(position - 1);
    const changed = await verify(
      lines.map((line) => (line === one ? line.replace('token.create', 'token.delete') : line)),
      '--json',
    );
    expect(changed.code).toBe(2);
    expect(JSON.parse(changed.stdout)).toMatchObject({ intact: false, fault: { kind: 'changed', position } });
    const removed = await verify(lines.filter((line) => line !== next));
    expect(removed.code).toBe(2);
    expect(removed.stdout).toContain(`Act ${position + 1}: Acts are missing.`);
  });

  test('finds by a head that was kept elsewhere that the end was cut off', async () => {
    const { head } = await server.call(routes.audit.head);
    await writeFile(join(place.folder, 'heads.jsonl'), `${JSON.stringify(head satisfies AuditHead | null)}\n`);
    const cut = [...lines.slice(0, 1), ...acts().slice(0, 2)];
    expect((await verify(cut)).code).toBe(0);
    const { code, stdout } = await verify(cut, '--head', 'heads.jsonl', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ fault: { kind: 'removed', position: 3 } });
  });

  test('refuses what is no whole trail, and writes over nothing', async () => {
    expect(await verify([])).toMatchObject({ code: 1 });
    expect(await verify(['{}'])).toMatchObject({ code: 1 });
    expect(await verify([...lines, 'no json'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no object of JSON'),
    });
    const part = await server.owner.fetch('/api/audit/export?format=jsonl&act=token.create');
    const { code, stderr } = await verify((await part.text()).trim().split('\n'));
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be verified') });
    const environment = { PROOFPIX_TOKEN: server.owner.token, PROOFPIX_SERVER: server.url };
    const again = await proofpix(place.folder, ['audit', 'export', 'trail.jsonl'], environment);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('exists already') });
  });
});
