import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, row, type Row } from './measure.ts';
import { startServer } from './start-server.ts';

/** Seconds from the start of the process until it says that it is ready, on an empty data folder and on a used one. */
export async function measure(): Promise<Row[]> {
  const first: number[] = [];
  const later: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const folder = await mkdtemp(join(tmpdir(), 'proofpix-bench-'));
    try {
      first.push(await secondsToReady(join(folder, 'data')));
      later.push(await secondsToReady(join(folder, 'data')));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return [
    row('start_first', 'seconds until ready on an empty data folder', { ours: median(first) }, '≤ 6 s'),
    row('start_later', 'seconds until ready on a used data folder', { ours: median(later) }, '≤ 2 s'),
  ];
}

async function secondsToReady(dataDir: string): Promise<number> {
  await using server = await startServer({ dataDir, owner: false });
  return server.secondsToReady;
}
