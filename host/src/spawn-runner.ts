import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { frameTypes } from '@proofpix/contract/wire';
import { startHere } from './layers/start-here.ts';
import { Runner } from './runner-process.ts';

const root = dirname(dirname(dirname(realpathSync(fileURLToPath(import.meta.url)))));

let staged: Promise<string[]> | undefined;

/**
 * How the runner is started: it says so itself, once for this process, after it wrote a copy of its sources without types
 * (a third of the time and memory). Another file, for tests, runs under the same restrictions.
 */
function runnerArguments(file: string | undefined): Promise<string[]> {
  if (file !== undefined) {
    return Promise.resolve([
      '--no-node-snapshot',
      '--no-warnings',
      '--permission',
      '--allow-addons',
      `--allow-fs-read=${file}`,
      file,
    ]);
  }
  staged ??= stage();
  // A failure is tried again by the next runner.
  staged.catch(() => (staged = undefined));
  return staged;
}

async function stage(): Promise<string[]> {
  const options = { cwd: '/', env: {}, timeout: 60_000 };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--no-warnings', join(root, 'runner', 'stage.mjs')],
    options,
  );
  const printed: unknown = JSON.parse(stdout);
  if (!Array.isArray(printed) || !printed.every((each) => typeof each === 'string'))
    throw new Error('The runner did not say how it is started.');
  return printed;
}

let tie: Promise<string[]> | undefined;

/** A command in front that ties the runner's life to ours: a spinning runner must not outlive a host that was killed. */
function dieWithParent(): Promise<string[]> {
  tie ??= new Promise((resolve) => {
    const program = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));
    if (program === undefined) return resolve([]);
    const command = [program, '--pdeathsig', 'KILL', '--'];
    // Tried once: BusyBox has a setpriv that does not know the option.
    execFile(program, [...command.slice(1), process.execPath, '--version'], { env: {}, timeout: 10_000 }, (error) =>
      resolve(error === null ? command : []),
    );
  });
  return tie;
}

/** Starts a process and waits for its greeting. @throws Error when it does not boot in time */
export async function spawnRunner(options: {
  file?: string;
  bootMilliseconds: number;
  signal: AbortSignal;
}): Promise<Runner> {
  const [wrapper, own] = await Promise.all([dieWithParent(), runnerArguments(options.file)]);
  const [program = process.execPath, ...before] = [...wrapper, process.execPath];
  options.signal.throwIfAborted();
  const runner = new Runner(await startHere([program, ...before, ...own]));
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), options.bootMilliseconds);
  const greeted = new Promise<void>((resolve, reject) => {
    runner.listener = {
      frame: ({ type }) => {
        if (type === frameTypes.ready) return resolve();
        reject(new Error('The runner spoke before it was booted.'));
      },
      broken: (detail) => reject(new Error(detail)),
      ended: ({ code, signal, output }) =>
        reject(new Error(`The runner ended while booting (${signal ?? code}). ${output}`)),
      drained: () => {},
    };
    const refuse = (): void => reject(new Error('The runner did not boot in time.'));
    late.signal.addEventListener('abort', refuse);
    options.signal.addEventListener('abort', refuse, { signal: late.signal });
  });
  try {
    await greeted;
  } catch (error) {
    runner.kill();
    await runner.gone;
    throw error;
  } finally {
    clearTimeout(timer);
    late.abort();
  }
  runner.listener = null;
  return runner;
}
