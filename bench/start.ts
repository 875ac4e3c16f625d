import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { median, row, type Row } from './measure.ts';

const main = join(dirname(fileURLToPath(import.meta.url)), '../server/src/main.ts');

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
  const started = performance.now();
  const server = spawn(process.execPath, [main], {
    env: { DATA_DIR: dataDir, PORT: '0', HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let seconds = Number.NaN;
  for await (const line of createInterface(server.stdout)) {
    // The sign-in link is the last thing that a start prints.
    if (!line.includes('/sign-in#code=')) continue;
    seconds = (performance.now() - started) / 1_000;
    break;
  }
  server.kill('SIGTERM');
  await once(server, 'exit');
  if (Number.isNaN(seconds)) throw new Error('The server ended before it was ready.');
  return seconds;
}
