// A scanner that somebody owns. What it is to do stands in the "archive" that it is given. Plain JavaScript, node: only.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, Socket } from 'node:net';

const headerBytes = 13;
const types = { scan: 5, ready: 17, hostCall: 20, scanned: 22, refused: 23, progress: 24, part: 25 };
const MB = 1024 * 1024;

const socket = new Socket({ fd: 3, readable: true, writable: true });
socket.on('error', () => {});

function header(type, id, jsonBytes, rawBytes) {
  const head = Buffer.alloc(headerBytes);
  head.writeUInt32BE(headerBytes - 4 + jsonBytes + rawBytes, 0);
  head.writeUInt8(type, 4);
  head.writeUInt32BE(id, 5);
  head.writeUInt32BE(jsonBytes, 9);
  return head;
}

function send(type, value, raw = Buffer.alloc(0), id = 1) {
  const json = typeof value === 'string' ? value : JSON.stringify(value);
  const body = Buffer.from(json);
  socket.write(Buffer.concat([header(type, id, body.length, raw.length), body, raw]));
}

const manifest = {
  id: 'rogue-plugin',
  name: 'Rogue plugin',
  version: '1.0.0',
  description: 'Comes from a scanner that lies',
  author: 'Somebody',
  type: 'processor',
  category: 'other',
  permissions: ['files'],
  hooks: ['file:process'],
};
const code = "module.exports.hooks = { 'file:process': () => ({ metadata: { honest: true } }) };";
const contents = { 'manifest.json': Buffer.from(JSON.stringify(manifest)), 'index.js': Buffer.from(code) };
const finding = {
  rule: 'eval',
  severity: 'high',
  confidence: 1,
  file: 'index.js',
  line: 1,
  column: 1,
  excerpt: 'eval',
  message: 'It evaluates text.',
  remedy: 'Leave it out.',
};

function answer(changes = {}, scanChanges = {}) {
  const files = Object.entries(contents).map(([path, bytes]) => ({ path, size: bytes.length }));
  const scan = { ruleSet: ruleSet, verdict: 'pass', findings: [], more: 0, files: files.length, ...scanChanges };
  return { format: 'zip', files, archiveSize: 7, scan, components: { components: [], gaps: [] }, ...changes };
}

function sendContents() {
  for (const bytes of Object.values(contents)) send(types.part, '', bytes);
  send(types.part, '', Buffer.from('archive'));
}

/** One npm package, as a scan that found it in the code would say it. */
function component(changes) {
  const evidence = [{ how: 'path', file: 'index.js', line: 1, confidence: 1 }];
  const known = { name: 'lodash', version: '4.17.21', range: null, purl: 'pkg:npm/lodash@4.17.21', license: null };
  const one = { ...known, confidence: 1, evidence, sha256: null, sha512: null, ...changes };
  return { components: { components: [one], gaps: [] } };
}

function attempt(action) {
  try {
    action();
    return 'done';
  } catch (error) {
    return error.code ?? error.message;
  }
}

function reaches(port) {
  return new Promise((resolve) => {
    const target = connect({ host: '127.0.0.1', port });
    target.once('connect', () => resolve('done'));
    target.once('error', (error) => resolve(error.code ?? error.message));
  });
}

const ways = {
  honest: () => (send(types.scanned, answer()), sendContents()),
  'refuses honestly': () => send(types.refused, { code: 'package_refused', rule: 'no_files', fields: [] }),

  'names a dependency by the address of another': () =>
    send(types.scanned, answer(component({ name: 'event-stream', version: '3.3.6' }))),
  'finds a dependency in a file that is not there': () =>
    send(types.scanned, answer(component({ evidence: [{ how: 'path', file: 'other.js', line: 1, confidence: 1 }] }))),
  'announces a frame larger than any may be': () => socket.write(header(types.scanned, 1, 3000 * MB, 0)),
  'sends a part larger than any may be': () => socket.write(header(types.part, 1, 0, 8 * MB)),
  'sends a frame that only a runner may send': () => send(types.hostCall, {}),
  'sends bytes before it says what they are': () => sendContents(),
  'sends no JSON': () => send(types.scanned, 'nothing'),
  'answers another scan': () => send(types.scanned, answer(), Buffer.alloc(0), 2),
  'answers twice': () => (send(types.scanned, answer()), send(types.scanned, answer())),
  'sends more bytes than it announced': () => {
    send(types.scanned, answer());
    send(types.part, '', Buffer.alloc(MB));
  },
  'names a digest of its own': () => send(types.scanned, answer({ digest: 'f'.repeat(64) })),
  'names too many files': () => {
    const files = Array.from({ length: 2_001 }, (_, index) => ({ path: `f${index}`, size: 1 }));
    send(types.scanned, answer({ files }));
  },
  'names a file over the limit': () => send(types.scanned, answer({ files: [{ path: 'index.js', size: 51 * MB }] })),
  'names files that are together over the limit': () => {
    const files = Array.from({ length: 5 }, (_, index) => ({ path: `f${index}`, size: 49 * MB }));
    send(types.scanned, answer({ files }));
  },
  'names an archive over the limit': () => send(types.scanned, answer({ archiveSize: 51 * MB })),
  'names a path that leads out': () => send(types.scanned, answer({ files: [{ path: '../../etc/passwd', size: 1 }] })),
  'names two paths that are one': () => {
    const files = ['index.js', 'INDEX.js'].map((path) => ({ path, size: 1 }));
    send(types.scanned, answer({ files }));
  },
  'hides keys in __proto__': () => {
    const text = JSON.stringify(answer());
    send(types.scanned, text.replace('"verdict"', '"__proto__":{"verdict":"pass"},"verdict"'));
  },
  'hides the files in __proto__': () => {
    const { files, ...rest } = answer();
    send(types.scanned, JSON.stringify(rest).replace('{', `{"__proto__":{"files":${JSON.stringify(files)}},`));
  },
  'says that a package with a grave finding passes': () => send(types.scanned, answer({}, { findings: [finding] })),
  'says that a package without findings is blocked': () => send(types.scanned, answer({}, { verdict: 'block' })),
  'finds something in a file that is not there': () => {
    send(types.scanned, answer({}, { findings: [{ ...finding, file: 'other.js' }], verdict: 'block' }));
  },
  'scanned by other rules': () => send(types.scanned, answer({}, { ruleSet: ruleSet + 1 })),
  'gives files that are no package': () => {
    delete contents['manifest.json'];
    send(types.scanned, answer());
    sendContents();
  },
  "refuses with another route's error": () => send(types.refused, { code: 'internal', fields: [] }),
  'refuses with a rule that does not exist': () => {
    send(types.refused, { code: 'package_refused', rule: 'constructor', fields: [] });
  },
  'tells its progress without end': () => {
    for (let count = 0; count < 2_001; count += 1) send(types.progress, { phase: 'read', done: 0, of: 0 });
  },
  'tells progress that is none': () => send(types.progress, { phase: 'done', done: 1, of: 1 }),
  'throws as a rule with a mistake would': () => {
    throw new Error('a mistake');
  },
  'ends at once': () => process.exit(0),
  'closes its channel and lives on': () => (socket.destroy(), setInterval(() => {}, 1_000)),
  'never answers': () => {},
  'works for ever': () => {
    for (;;);
  },
  'takes all memory': () => {
    const held = [];
    for (;;) held.push(Buffer.alloc(8 * MB, 1));
  },
};

let ruleSet = 0;
let received = Buffer.alloc(0);
socket.on('data', async (chunk) => {
  received = Buffer.concat([received, chunk]);
  if (received.length < headerBytes || received.length < received.readUInt32BE(0) + 4) return;
  const jsonBytes = received.readUInt32BE(9);
  const asked = JSON.parse(received.toString('utf8', headerBytes + jsonBytes));
  ruleSet = asked.ruleSet;
  received = Buffer.alloc(0);
  if (asked.way !== 'looks around') return ways[asked.way]();
  const seen = {
    variables: Object.keys(process.env).filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)),
    reads: attempt(() => readFileSync('/etc/passwd')),
    writes: attempt(() => writeFileSync('/tmp/proofpix-scanner', '')),
    starts: attempt(() => spawnSync(process.execPath, ['--version'])),
    connects: await reaches(asked.port),
  };
  send(types.refused, { code: 'main_missing', detail: JSON.stringify(seen), fields: [] });
});
send(types.ready, {}, Buffer.alloc(0), 0);
