import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runRoutes } from '@proofpix/contract/api/runs';
import { startServer, type TestServer } from '../../../test/start-server.ts';
import { install, judge, reader } from './test/plugins.ts';
import { ended, photo, runToEnd, startRuns } from './test/upload.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await install(server.owner, reader);
  await install(server.owner, judge);
});
afterAll(() => server.stop());

describe('starting runs', () => {
  test('takes one photo through its plugins and keeps what each said', async () => {
    const bytes = photo();
    const run = await runToEnd(server.owner, { name: 'house.png', bytes });
    expect(run.state).toBe('done');
    expect(run.file).toMatchObject({ name: 'house.png', type: 'image/png', size: bytes.length });
    expect(run.metadata).toEqual({ FileName: 'house.png', FileSize: bytes.length, MIMEType: 'image/png', Head: '89504e47', Options: {} });
    expect(run.findings.map(({ title, source }) => [title, source.plugin])).toEqual([
      ['The photo was read', 'test-reader'],
      ['It has 5 tags and 1 findings', 'test-judge'],
    ]);
    expect(run.findingCounts).toEqual({ strong: 1, possible: 0, note: 1 });
    expect(run).toMatchObject({ plugins: ['test-reader', 'test-judge'], stepsDone: 2, stepsTotal: 2, failedSteps: 0 });
  });
});
