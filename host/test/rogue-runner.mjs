// A runner that an attacker owns completely: it runs what it is told to load as its own code, in the process itself, with
// fd 3 at hand. Plain JavaScript without imports of ours: it is started under the same flags as the real one.
import { Socket } from 'node:net';

const socket = new Socket({ fd: 3, readable: true, writable: true });
const headerBytes = 13;

/** A frame as it should be; `lie` changes the header after it was written. */
function frame(type, id, json, bytes = Buffer.alloc(0), lie = () => {}) {
  const body = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
  const head = Buffer.alloc(headerBytes);
  head.writeUInt32BE(headerBytes - 4 + body.length + bytes.length, 0);
  head.writeUInt8(type, 4);
  head.writeUInt32BE(id, 5);
  head.writeUInt32BE(body.length, 9);
  lie(head);
  return Buffer.concat([head, body, bytes]);
}

const types = { load: 1, call: 2, reply: 3, ready: 17, loaded: 18, result: 19, hostCall: 20 };
const rogue = {
  socket,
  frame,
  types,
  send: (...parts) => socket.write(frame(...parts)),
  loaded: (hooks = ['file:process']) => rogue.send(types.loaded, 1, { ok: true, hooks, lifecycle: [] }),
  /** Replaced by the code under test. */
  onCall: (_id, _body) => {},
  onReply: (_id, _body) => {},
};

let rest = Buffer.alloc(0);
socket.on('error', () => process.exit());
socket.on('close', () => process.exit());
socket.on('data', (chunk) => {
  rest = Buffer.concat([rest, chunk]);
  while (rest.length >= headerBytes && rest.length >= 4 + rest.readUInt32BE(0)) {
    const size = 4 + rest.readUInt32BE(0);
    const jsonEnd = headerBytes + rest.readUInt32BE(9);
    const [type, id, json, bytes] = [
      rest[4],
      rest.readUInt32BE(5),
      rest.toString('utf8', headerBytes, jsonEnd),
      rest.subarray(jsonEnd, size),
    ];
    rest = rest.subarray(size);
    if (type === types.load) new Function('rogue', bytes.toString())(rogue);
    else if (type === types.call) rogue.onCall(id, JSON.parse(json));
    else rogue.onReply(id, JSON.parse(json));
  }
});
rogue.send(types.ready, 0, {});
