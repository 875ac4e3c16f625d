import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const bench = dirname(fileURLToPath(import.meta.url));
const owner = { email: 'bench@example.com', password: 'measured, not guessed' };

export type BenchServer = AsyncDisposable & {
  url: string;
  secondsToReady: number;
  token(): Promise<string>;
  /** Milliseconds of the longest stall of its event loop since it was asked last; with `watched` alone. */
  longestStall(): Promise<number>;
};

/** The real server in a process of its own, on a data folder that is there or made and thrown away. */
export async function startServer(
  options: { dataDir?: string; owner?: boolean; watched?: boolean } = {},
): Promise<BenchServer> {
  const folder = await mkdtemp(join(tmpdir(), 'proofpix-bench-'));
  const started = performance.now();
  const watching = options.watched === true ? ['--import', join(bench, 'watch-loop.ts')] : [];
  const server = spawn(process.execPath, [...watching, join(bench, '../server/src/main.ts')], {
    env: {
      DATA_DIR: options.dataDir ?? join(folder, 'data'),
      PORT: '0',
      LOG_LEVEL: 'error',
      // Measured is what the server can do, not what it lets anybody do.
      RATE_LIMIT_PLUGIN_OPERATION: '0',
      RATE_LIMIT_HOOK: '0',
      RATE_LIMIT_READING: '0',
      RATE_LIMIT_CHANGE: '0',
      // An owner with a password costs hashing it at each start, which nobody's ordinary start does.
      ...(options.owner === false
        ? {}
        : { PROOFPIX_OWNER_EMAIL: owner.email, PROOFPIX_OWNER_PASSWORD: owner.password }),
    },
    stdio: ['ignore', 'pipe', 'inherit', ...(options.watched === true ? (['ipc'] as const) : [])],
  });
  const ended = once(server, 'exit');
  const stop = async () => {
    server.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  let url: string | undefined;
  // A pipe, as asked for above.
  for await (const line of createInterface(server.stdout as Readable)) {
    // The sign-in link is the last thing that a start prints.
    url = /(http:\/\/\S+)\/sign-in#code=/.exec(line)?.[1];
    if (url !== undefined) break;
  }
  if (url === undefined) {
    await stop();
    throw new Error('The server ended before it was ready.');
  }
  const baseUrl = url;
  return {
    url: baseUrl,
    secondsToReady: (performance.now() - started) / 1_000,
    token: async () => {
      const response = await fetch(`${baseUrl}/api/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(owner),
      });
      return ((await response.json()) as { accessToken: string }).accessToken; // the contract's reply
    },
    longestStall: async () => {
      const [answer] = (await Promise.all([once(server, 'message'), server.send('stall')]))[0] as [number]; // what watch-loop.ts sends
      return answer;
    },
    [Symbol.asyncDispose]: stop,
  };
}
