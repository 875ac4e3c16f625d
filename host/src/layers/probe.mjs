// Tries from inside what a runner could do on this machine if somebody owned it, and tells the host. It is started like a
// runner, but Node lets it read everything: what is refused here, the machine refuses. The files of the real runner are
// among what it looks at: where it cannot read them, runners cannot start this way.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { connect, Socket } from 'node:net';

const [hostPid = '', port = '', ...files] = process.argv.slice(2);
const MB = 1024 * 1024;
const allocatedBytes = 512 * MB;

/** Whether it was possible, or the code of the refusal. */
function attempt(action) {
  try {
    action();
    return true;
  } catch (error) {
    return error.code ?? error.message;
  }
}

function reaches(portNumber) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: portNumber });
    socket.once('connect', () => resolve(true));
    socket.once('error', (error) => resolve(error.code ?? error.message));
  });
}

const findings = {
  pid: process.pid,
  user: process.getuid(),
  variables: Object.keys(process.env),
  starts: attempt(() => spawnSync(process.execPath, ['--version'])),
  writes: attempt(() => writeFileSync('/tmp/proofpix-probe', '')),
  signalsHost: attempt(() => process.kill(Number(hostPid), 0)),
  readsHost: attempt(() => readFileSync(`/proc/${hostPid}/environ`)),
  seesProcesses: attempt(() => readdirSync('/proc')),
  seesFiles: attempt(() => readdirSync('/etc')),
  readsRunner: files.map((file) => attempt(() => openFile(file))).find((outcome) => outcome !== true) ?? true,
  connects: await reaches(Number(port)),
};

function openFile(file) {
  if (file.endsWith('.node')) process.dlopen({ exports: {} }, file);
  else readFileSync(file);
}

const channel = new Socket({ fd: 3, readable: true, writable: true });
channel.on('error', () => process.exit());
channel.on('close', () => process.exit());
channel.write(`${JSON.stringify(findings)}\n`);
// The host has set a limit below this.
channel.once('data', () =>
  channel.write(`${JSON.stringify({ allocates: attempt(() => Buffer.alloc(allocatedBytes)) })}\n`),
);
