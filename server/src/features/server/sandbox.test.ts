import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeTestStorage } from '../../../test/test-database.ts';

const main = join(import.meta.dirname, '../../main.ts');
const storage = await makeTestStorage();
afterAll(() => storage[Symbol.asyncDispose]());

/** A machine on which bubblewrap does not start: a file that cannot be executed lies over it. */
const withoutBwrap = [
  'bwrap',
  '--die-with-parent',
  '--dev-bind',
  '/',
  '/',
  '--ro-bind',
  '/dev/null',
  '/usr/bin/bwrap',
  '--',
];
const canHide = spawnSync(withoutBwrap[0] ?? '', [...withoutBwrap.slice(1), 'true']).status === 0;
if (!canHide) console.log('Skipped: without bubblewrap itself its absence cannot be staged.');

type Ended = { code: number | null; errors: string };

/** Until it ends, or has said on its standard error what is waited for. */
async function start(environment: Record<string, string>, awaited = /^$/): Promise<Ended> {
  const [program = '', ...rest] = [...withoutBwrap, process.execPath, main];
  const child = spawn(program, rest, {
    env: {
      DATA_DIR: storage.dataDir,
      KEY_FILE: join(storage.dataDir, 'keys', 'master.key'),
      PORT: '0',
      SPARE_RUNNERS: '1',
      SPARE_SCANNERS: '0',
      ...(storage.databaseUrl === undefined ? {} : { DATABASE_URL: storage.databaseUrl }),
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
    if (awaited.test(errors)) child.kill('SIGKILL');
  });
  const [code] = (await once(child, 'close')) as [number | null]; // the event's arguments
  return { code, errors };
}

test.runIf(canHide)(
  'a server that is to have a layer which the machine does not give refuses to start, in one sentence',
  { timeout: 60_000 },
  async () => {
    const refused = await start({ SANDBOX_REQUIRE: 'memory-limit,namespaces' });
    expect(refused.code).toBe(1);
    expect(refused.errors).toMatch(
      /^SANDBOX_REQUIRE is not fulfilled on this machine: namespaces is off \(Code that escapes the isolate could .+\. Allow bubblewrap .+\)\n$/,
    );
  },
);

test.runIf(canHide)(
  'a server without that demand starts, and says in its log what is missing and what could then happen',
  { timeout: 60_000 },
  async () => {
    const said = /sandbox: namespaces: Code that escapes the isolate could .+\. Allow bubblewrap/;
    const started = await start({ SANDBOX_REQUIRE: 'environment,node-permissions', LOG_LEVEL: 'warn' }, said);
    expect(started.errors).toMatch(said);
  },
);

test('an unknown layer is named', async () => {
  const { readConfig } = await import('../../config.ts');
  expect(readConfig({ SANDBOX_REQUIRE: 'all' }).sandboxRequire).toHaveLength(6);
  expect(readConfig({ SANDBOX_REQUIRE: ' user, namespaces ' }).sandboxRequire).toEqual(['user', 'namespaces']);
  expect(readConfig({}).sandboxRequire).toEqual([]);
  expect(() => readConfig({ SANDBOX_REQUIRE: 'user,namespace' })).toThrow(
    /SANDBOX_REQUIRE must be all, or .*"namespace"/,
  );
});
