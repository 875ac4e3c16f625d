// A runner that somebody owns completely. It tries to get out and tells what was possible. Plain JavaScript, node: only.
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { closeSync, openSync, readFileSync, readSync, readdirSync, unlinkSync } from 'node:fs';
import { connect, Socket } from 'node:net';

const headerBytes = 13;
const types = { load: 1, ready: 17, loaded: 18 };

function frame(type, id, value) {
  const body = Buffer.from(JSON.stringify(value));
  const head = Buffer.alloc(headerBytes);
  head.writeUInt32BE(headerBytes - 4 + body.length, 0);
  head.writeUInt8(type, 4);
  head.writeUInt32BE(id, 5);
  head.writeUInt32BE(body.length, 9);
  return Buffer.concat([head, body]);
}

/** True, or why not. */
function attempt(action) {
  try {
    const outcome = action();
    return outcome === undefined ? true : outcome;
  } catch (error) {
    return error.code ?? error.message;
  }
}

function reaches(target) {
  return new Promise((resolve) => {
    const done = (outcome) => (socket.destroy(), resolve(outcome));
    const socket = connect(target);
    socket.once('connect', () => done(true));
    socket.once('error', (error) => done(error.code ?? error.message));
  });
}

function sends(port) {
  return new Promise((resolve) => {
    try {
      const socket = createSocket('udp4');
      const done = (outcome) => (socket.close(), resolve(outcome));
      socket.once('error', (error) => done(error.code ?? error.message));
      socket.send('x', port, '127.0.0.1', (error) => done(error === null ? true : (error.code ?? error.message)));
    } catch (error) {
      resolve(error.code ?? error.message);
    }
  });
}

const opens = (path, mode) => attempt(() => closeSync(openSync(path, mode)));
const reads = (path) => attempt(() => void readFileSync(path));
const signals = (pid) => attempt(() => void process.kill(pid, 0));
const starts = (program, ...rest) =>
  attempt(() => {
    const { status, error } = spawnSync(program, rest);
    if (error) throw error;
    return status === 0 ? true : `it ended with ${status}`;
  });

/** Files that were left open by whoever started us. */
function findsOpenFile(text) {
  const bytes = Buffer.alloc(200);
  for (let descriptor = 4; descriptor < 256; descriptor += 1) {
    // Never one that could block: only files can be read at a position.
    const got = attempt(() => bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, bytes.length, 0)));
    if (typeof got === 'string' && got.includes(text)) return true;
  }
  return 'none holds it';
}

async function attack(given) {
  const { host, other, canary } = given;
  return {
    'reads its environment': Object.values(process.env).some((value) => value.includes(canary)) ? true : 'not there',
    'reads the database': reads(given.database),
    'lists the data folder': attempt(() => void readdirSync(given.dataFolder)),
    'reads a file of the machine': reads(given.publicFile),
    'reads the environment of the server': reads(`/proc/${host}/environ`),
    'reads the memory of the server': opens(`/proc/${host}/mem`, 'r'),
    'writes the memory of the server': opens(`/proc/${host}/mem`, 'r+'),
    'signals the server': given.isNumberedAlike ? signals(host) : 'it has no number here',
    'signals its parent': given.isNumberedAlike ? signals(process.ppid) : 'it has no number here',
    'reads the memory of another runner': opens(`/proc/${other}/mem`, 'r'),
    'signals another runner': given.isNumberedAlike ? signals(other) : 'it has no number here',
    'sees processes': attempt(() => void readdirSync('/proc')),
    'connects by TCP': await reaches({ host: '127.0.0.1', port: given.tcp }),
    'sends by UDP': await sends(given.udp),
    'connects to an abstract socket': await reaches({ path: given.abstract }),
    'connects to a socket in a folder': await reaches({ path: given.local }),
    'starts a program': starts('/bin/sh', '-c', 'exit 0'),
    'raises its limits': starts(
      '/usr/bin/prlimit',
      '--pid',
      String(process.pid),
      '--core=unlimited',
      '--fsize=unlimited',
    ),
    'makes a file': attempt(() => {
      closeSync(openSync(given.newFile, 'wx'));
      unlinkSync(given.newFile);
    }),
    'finds an open file': findsOpenFile(canary),
    'takes more memory than it may': attempt(() => void Buffer.alloc(given.tooMuch)),
  };
}

const socket = new Socket({ fd: 3, readable: true, writable: true });
socket.on('error', () => process.exit());
socket.on('close', () => process.exit());
let rest = Buffer.alloc(0);
socket.on('data', async (chunk) => {
  rest = Buffer.concat([rest, chunk]);
  if (rest.length < headerBytes || rest.length < 4 + rest.readUInt32BE(0)) return;
  const json = rest.toString('utf8', headerBytes, headerBytes + rest.readUInt32BE(9));
  rest = Buffer.alloc(0);
  socket.write(frame(types.loaded, 1, await attack(JSON.parse(json))));
});
socket.write(frame(types.ready, 0, {}));
