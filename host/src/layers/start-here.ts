import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { RunnerEnd, StartedProcess } from '../runner-process.ts';

/** A process, and the one that was started itself: the same, or what stands in front of it. */
export type SpawnedProcess = StartedProcess & { readonly parentPid: number };

/** What of its output is kept, and what is read at all: a flood costs nothing lasting. */
const keptOutputBytes = 16 * 1024;
const readOutputBytes = 1024 * 1024;

/** Starts a process as our own child. @throws Error when there is no such program */
export async function startHere(command: readonly string[]): Promise<SpawnedProcess> {
  const [program = '', ...rest] = command;
  // Nothing of our environment: keys and passwords may stand in it.
  const child = spawn(program, rest, { cwd: '/', env: {}, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  if (child.pid === undefined) throw ((await once(child, 'error')) as [Error])[0]; // what `error` carries
  child.on('error', () => {});
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    if (stream)
      capture(
        stream,
        (text) => (output += text),
        () => output.length,
      );
  const gone = new Promise<RunnerEnd>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null): void => resolve({ code, signal, output });
    // `close` comes when its output has been read to the end too, so that the reason of a crash is known; `exit` first
    // where something else holds the pipes open.
    child.on('close', end);
    child.on('exit', (code, signal) => setTimeout(end, 50, code, signal).unref());
  });
  return {
    pid: child.pid,
    parentPid: child.pid,
    channel: child.stdio[3] as Socket, // 'pipe' beyond fd 2 makes a socketpair, which Node wraps in a Socket
    kill: () => void child.kill('SIGKILL'),
    gone,
  };
}

/** Reads on after the cap, so that the process does not block, and closes the pipe in the face of a flood. */
function capture(stream: Readable, keep: (text: string) => void, kept: () => number): void {
  let seen = 0;
  stream.on('error', () => {});
  stream.on('data', (chunk: Buffer) => {
    seen += chunk.length;
    const room = keptOutputBytes - kept();
    if (room > 0) keep(chunk.toString('latin1', 0, room));
    if (seen > readOutputBytes) stream.destroy();
  });
}
