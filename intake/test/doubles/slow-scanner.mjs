// A scanner that looks at code for ever: it tells how far it is and never answers. Plain JavaScript, node: only.
import { Socket } from 'node:net';

const headerBytes = 13;
const types = { scan: 5, ready: 17, progress: 24 };

const socket = new Socket({ fd: 3, readable: true, writable: true });
socket.on('error', () => {});

function send(type, value, id) {
  const body = Buffer.from(JSON.stringify(value));
  const head = Buffer.alloc(headerBytes);
  head.writeUInt32BE(headerBytes - 4 + body.length, 0);
  head.writeUInt8(type, 4);
  head.writeUInt32BE(id, 5);
  head.writeUInt32BE(body.length, 9);
  socket.write(Buffer.concat([head, body]));
}

socket.once('data', () => send(types.progress, { phase: 'analyse', done: 40, of: 100 }, 1));
socket.on('data', () => {});
send(types.ready, { pid: process.pid, node: process.versions.node }, 0);
