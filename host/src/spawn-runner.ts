import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { frameTypes, type FrameSender } from '@proofpix/contract/wire';
import { readableOf, runnerCommand, type Confinement } from './layers/command.ts';
import { confine, type Confined } from './layers/confine.ts';
import { startProcess } from './layers/spawner.ts';
import { freeUserId, takeUserId } from './layers/user-ids.ts';
import { Runner } from './runner-process.ts';

const root = dirname(dirname(dirname(realpathSync(fileURLToPath(import.meta.url)))));

let staged: Promise<string[]> | undefined;

/** Another program, for tests: one file under the same restrictions. */
export function argumentsOf(file: string): string[] {
  const flags = ['--no-node-snapshot', '--no-warnings', '--permission', '--allow-addons'];
  return [...flags, `--allow-fs-read=${file}`, file];
}

/**
 * How the runner is started: it says so itself, once for this process, after it wrote a copy of its sources without types
 * (a third of the time and memory).
 */
function runnerArguments(file: string | undefined): Promise<string[]> {
  if (file !== undefined) return Promise.resolve(argumentsOf(file));
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

let probed: Promise<Confined> | undefined;

/** Found out once for this process. A failure is tried again by the next runner. */
function confined(): Promise<Confined> {
  probed ??= runnerArguments(undefined).then((own) => confine(own));
  probed.catch(() => (probed = undefined));
  return probed;
}

/** Which layers stand around a runner on this machine. @throws Error when no runner can be started at all */
export function probeLayers(): Promise<Pick<Confined, 'layers' | 'refusals'>> {
  return confined();
}

function withLibraries(confinement: Confinement, more: readonly string[]): Confinement {
  const { libraries } = confinement;
  const missing = more.filter((path) => !libraries.some((one) => path === one || path.startsWith(`${one}/`)));
  return missing.length === 0 ? confinement : { ...confinement, libraries: [...libraries, ...missing] };
}

type SpawnOptions = { bootMilliseconds: number; signal: AbortSignal };

/** Starts a process and waits for its greeting. @throws Error when it does not boot in time */
export async function spawnRunner({ file, ...options }: SpawnOptions & { file?: string }): Promise<Runner> {
  return spawnConfined({ ...options, arguments: await runnerArguments(file), from: 'runner' });
}

/**
 * Starts any program of ours for Node behind the layers of a runner: no network, no environment, and of all files those
 * that its arguments name. @throws Error when it does not boot in time
 *
 * @param options.arguments - of Node; what it may read stands in `--allow-fs-read`, or is an absolute path
 * @param options.libraries - shared libraries that it needs beside those of Node
 * @param options.from - which frames it may send
 */
export async function spawnConfined(
  options: SpawnOptions & {
    arguments: readonly string[];
    libraries?: readonly string[];
    from: Exclude<FrameSender, 'host'>;
  },
): Promise<Runner> {
  const confinement = withLibraries((await confined()).confinement, options.libraries ?? []);
  options.signal.throwIfAborted();
  const user = takeUserId();
  const own = options.arguments;
  const command = runnerCommand(confinement, { arguments: own, readable: readableOf(own), user });
  const started = await startProcess(command).catch((error: unknown) => {
    freeUserId(user);
    throw error;
  });
  void started.gone.then(() => freeUserId(user));
  const runner = new Runner(started, options.from);
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
