// Starts runners for a host, in a process of its own: a fork copies the page tables of whoever forks, which blocks a
// server of 1 GB for 40 ms and this process for one. It hands the host's end of the runner's socketpair over and keeps
// nothing of it. Plain JavaScript and node: imports only, because it must be small and start quickly.
//
// From the host: {start, command, filter, namespaced} · {run, command}
// To the host:   {ready} · {started, pid, namespacePid, parentPid} with the socket · {failed, message} · {gone, code, signal, output} · {ran, ok}
import { execFile, spawn } from 'node:child_process';
import { closeSync, readdirSync, readFileSync } from 'node:fs';

/** What of a runner's output is kept, and what is read at all: a flood costs nothing lasting. */
const keptOutputBytes = 16 * 1024;
const readOutputBytes = 1024 * 1024;
const lookMilliseconds = 2;

closeInherited();

process.on('message', (message) => {
  if (message.start !== undefined) start(message);
  else run(message);
});
process.send({ ready: true });
// Ctrl+C reaches the whole group; when to end is the host's to say.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
// The host is gone. Its runners die with this process.
process.on('disconnect', () => process.exit());

/**
 * What the server itself inherited from a shell or a service manager would pass on to every runner: an open file, perhaps.
 * All that Node opens for itself is closed on exec (O_CLOEXEC, 02000000).
 */
function closeInherited() {
  for (const name of readdirSync('/proc/self/fd')) {
    if (Number(name) <= 2) continue;
    try {
      const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'latin1'))?.[1] ?? '0';
      if ((Number.parseInt(flags, 8) & 0o2000000) === 0) closeSync(Number(name));
    } catch {
      // It is closed already: the one with which the folder was read.
    }
  }
}

function start({ start: id, command, filter, namespaced }) {
  const [program, ...rest] = command;
  const stdio = ['ignore', 'pipe', 'pipe', 'pipe'];
  // bwrap says on 4 whom it started, and reads on 5 what the kernel is to refuse.
  if (namespaced) stdio.push('pipe');
  if (filter !== null) stdio.push('pipe');
  let child;
  try {
    child = spawn(program, rest, { cwd: '/', env: {}, stdio });
  } catch (error) {
    return process.send({ failed: id, message: error.message });
  }
  if (child.pid === undefined) {
    child.once('error', (error) => process.send({ failed: id, message: error.message }));
    return;
  }
  child.on('error', () => {});
  const channel = child.stdio[3];
  // What the runner says is the host's to read. Nothing could have come yet: it was started in this very turn.
  // oxlint-disable-next-line no-underscore-dangle -- there is no other way to keep a socket from reading
  channel._handle.readStop();
  channel.on('error', () => {});
  let output = '';
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) {
    let seen = 0;
    stream.on('error', () => {});
    // Reads on after the cap, so that the process does not block, and closes the pipe in the face of a flood.
    stream.on('data', (chunk) => {
      seen += chunk.length;
      const room = keptOutputBytes - output.length;
      if (room > 0) output += chunk.toString('latin1', 0, room);
      if (seen > readOutputBytes) stream.destroy();
    });
  }

  let announced = false;
  const announce = (pid, namespacePid) => {
    if (announced || ended) return;
    announced = true;
    process.send({ started: id, pid, namespacePid, parentPid: child.pid }, channel);
  };
  const end = (code, signal) => {
    if (ended) return;
    ended = true;
    if (!announced) channel.destroy();
    if (announced) process.send({ gone: id, code, signal, output });
    else process.send({ failed: id, message: `It ended at once (${signal ?? `code ${code}`}). ${output}` });
  };
  // The output has mostly been read when the end is reported; something else may hold the pipes open.
  child.on('exit', (code, signal) => {
    const open = [child.stdout, child.stderr].filter((stream) => !stream.closed);
    let left = open.length;
    if (left === 0) return end(code, signal);
    for (const stream of open) stream.once('close', () => (left -= 1) === 0 && end(code, signal));
    setTimeout(end, 50, code, signal);
  });

  if (filter !== null) child.stdio[namespaced ? 5 : 4].on('error', () => {}).end(Buffer.from(filter, 'base64'));
  if (!namespaced) return announce(child.pid, null);
  let said = '';
  child.stdio[4]
    .on('error', () => {})
    .on('data', (chunk) => {
      said += chunk.toString('latin1');
      const first = /"child-pid": (\d+)/.exec(said)?.[1];
      if (first === undefined || !said.includes('}')) return;
      child.stdio[4].destroy();
      findOnlyChild(Number(first), () => ended, announce);
    });
}

/** The first process of a pid namespace is bwrap's own; the one it starts when all is prepared is the runner. */
function findOnlyChild(parent, isOver, found) {
  if (isOver()) return;
  let pid;
  try {
    pid = Number(readFileSync(`/proc/${parent}/task/${parent}/children`, 'latin1').trim().split(' ')[0]);
  } catch {
    pid = Number.NaN; // It ended.
  }
  if (pid > 0) found(pid, parent);
  else setTimeout(findOnlyChild, lookMilliseconds, parent, isOver, found);
}

function run({ run: id, command }) {
  const [program, ...rest] = command;
  execFile(program, rest, { cwd: '/', env: {}, timeout: 5_000 }, (error) =>
    process.send({ ran: id, ok: error === null }),
  );
}
