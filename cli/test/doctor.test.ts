import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorkplace, proofpix, type Workplace } from './proofpix.ts';

let place: Workplace;
beforeAll(async () => void (place = await makeWorkplace()));
afterAll(() => place[Symbol.asyncDispose]());

type Report = { ok: boolean; checks: { check: string; state: string; detail: string; remedy?: string }[] };

async function doctor(environment: Record<string, string>): Promise<{ code: number; report: Report }> {
  const { code, stdout } = await proofpix(place.folder, ['doctor', '--json'], environment);
  return { code, report: JSON.parse(stdout) as Report };
}

describe('proofpix doctor', { timeout: 300_000 }, () => {
  test('starts a runner, reads a photo, writes to the data folder, and finds each layer', async () => {
    const { code, report } = await doctor({ DATA_DIR: join(place.folder, 'data'), PORT: '0' });
    expect({ code, ok: report.ok }).toEqual({ code: 0, ok: true });
    const of = (check: string) => report.checks.filter((each) => each.check === check);
    expect(of('sandbox')).toHaveLength(6);
    for (const check of ['node', 'npm', 'platform', 'runner', 'photo', 'data folder', 'disk', 'port', 'database'])
      expect({ check, found: of(check).length, failed: of(check).filter(({ state }) => state === 'fail') }).toEqual({
        check,
        found: 1,
        failed: [],
      });
    expect(of('photo')[0]?.detail).toMatch(/\d+ tags/);
  });

  test('fails where the database is another program or not there, and names the remedy', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // it listens on TCP
    try {
      const { code, report } = await doctor({
        DATA_DIR: join(place.folder, 'data'),
        PORT: String(port),
        DATABASE_URL: `postgres://u:hunter2@127.0.0.1:${port}/p`,
      });
      expect(code).toBe(2);
      const of = (check: string) => report.checks.find((each) => each.check === check);
      expect(of('database')).toMatchObject({ state: 'fail', detail: expect.stringContaining('not as PostgreSQL') });
      expect(of('port')).toMatchObject({ state: 'warn', detail: expect.stringContaining('in use') });
      expect(JSON.stringify(report)).not.toContain('hunter2');
    } finally {
      server.close();
    }
  });
});
