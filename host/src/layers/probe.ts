import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ProcessFiles } from '../process-files.ts';
import { runnerCommand, type Confinement } from './command.ts';
import { limitData } from './limit-data.ts';
import { startProcess } from './spawner.ts';
import type { SpawnedProcess } from './start-here.ts';
import { freeUserId, takeUserId } from './user-ids.ts';

/** True where it was possible, otherwise the code of the refusal. */
type Outcome = true | string;

/** What probe.mjs tells of itself, and what we see of it from outside. */
export type Findings = {
  pid: number;
  user: number;
  /** Names in its environment. */
  variables: readonly string[];
  starts: Outcome;
  writes: Outcome;
  signalsHost: Outcome;
  readsHost: Outcome;
  seesProcesses: Outcome;
  seesFiles: Outcome;
  readsRunner: Outcome;
  connects: Outcome;
  /** Whether it has a process numbering of its own. */
  isNamespaced: boolean;
  /** Whether it got memory beyond its limit; null where none could be set. */
  allocates: Outcome | null;
  /** Whether it was still there after its parent was killed. */
  outlivesParent: boolean;
};

const file = fileURLToPath(new URL('./probe.mjs', import.meta.url));
const MB = 1024 * 1024;
/** Much below what the probe asks for. */
const spareBytes = 64 * MB;
const answerMilliseconds = 10_000;
const deathMilliseconds = 2_000;

/**
 * Starts the probe in this way and has it try everything. Its parent is a shell that can be killed.
 *
 * @param runnerFiles - what a runner reads
 * @throws Error when it does not start this way, or cannot read what runners need
 */
export async function probe(
  confinement: Confinement,
  runner: { files: readonly string[]; readable: readonly string[] },
): Promise<Findings> {
  await using opened = new AsyncDisposableStack();
  const server = createServer((socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.defer(() => void server.close());
  const user = takeUserId();
  opened.defer(() => freeUserId(user));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const flags = ['--no-node-snapshot', '--no-warnings', '--permission', '--allow-addons', '--allow-fs-read=*'];
  const { command, ...rest } = runnerCommand(confinement, {
    arguments: [...flags, file, String(process.pid), String(port), ...runner.files],
    readable: [file, ...runner.readable],
    user,
  });
  const child = await startProcess({ command: ['/bin/sh', '-c', '"$@" & wait "$!"', 'sh', ...command], ...rest });
  opened.defer(() => end(child));
  const lines = answers(child.channel);
  const told = await withDeadline(lines.next()).then(readFindings, async (error: Error) => {
    child.kill();
    throw new Error(`${error.message} ${(await child.gone).output}`.trim(), { cause: error });
  });
  if (told.readsRunner !== true) throw new Error(`It cannot read the runner's files (${told.readsRunner}).`);
  const isNamespaced = rest.namespaced && child.pid !== told.pid;
  const pid = rest.namespaced ? child.pid : told.pid;
  const isLimited = await limit(confinement, pid);
  if (isLimited) child.channel.write('\n');
  // A process that gives up over it got no memory either.
  const allocates = isLimited ? await withDeadline(lines.next()).then(allocation, () => 'it ended') : null;
  const outlivesParent = await outlives(child);
  if (outlivesParent && !rest.namespaced) process.kill(pid, 'SIGKILL');
  // One that is another user's can perhaps not be killed at all.
  if (outlivesParent && confinement.programs.setpriv !== undefined) throw new Error('It outlives its parent.');
  return { ...told, isNamespaced, allocates, outlivesParent };
}

function readFindings(line: string): Omit<Findings, 'isNamespaced' | 'allocates' | 'outlivesParent'> {
  return JSON.parse(line) as ReturnType<typeof readFindings>; // written by probe.mjs
}

function allocation(line: string): Outcome {
  return (JSON.parse(line) as { allocates: Outcome }).allocates; // written by probe.mjs
}

function answers(channel: Socket): AsyncIterator<string> {
  channel.on('error', () => {});
  return createInterface({ input: channel })[Symbol.asyncIterator]();
}

async function withDeadline(line: Promise<IteratorResult<string>>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('It did not answer in time.')), answerMilliseconds);
  });
  const { value, done } = await Promise.race([line, late]).finally(() => clearTimeout(timer));
  if (done === true) throw new Error('It ended without an answer.');
  return value;
}

/** The way in which the watchdog limits a runner. */
async function limit({ programs }: Confinement, pid: number): Promise<boolean> {
  const files = new ProcessFiles(pid);
  const peak = files.readPeak();
  files.close();
  return peak !== null && limitData(programs, pid, { soft: peak.dataBytes + spareBytes });
}

async function outlives(child: SpawnedProcess): Promise<boolean> {
  const closed = new Promise<boolean>((resolve) => {
    if (child.channel.closed) resolve(false);
    child.channel.once('close', () => resolve(false));
  });
  try {
    process.kill(child.parentPid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, deathMilliseconds, true);
  });
  return Promise.race([closed, late]).finally(() => clearTimeout(timer));
}

async function end(child: SpawnedProcess): Promise<void> {
  child.channel.destroy();
  child.kill();
  await child.gone;
}
