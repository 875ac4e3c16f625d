// Modules of Node under every spelling.
const got = [];
/** Keeps the proof when a value leads to the host's process. */
function look(value) {
  const ways = [
    (v) => v,
    (v) => v.constructor('return process')(),
    (v) => v.constructor.constructor('return process')(),
  ];
  for (const way of ways) {
    try {
      const found = way(value);
      if (found && found.versions && found.env) got.push(found.env.SECSCAN_CANARY);
    } catch {}
  }
}
const verdict = () => (got.length > 0 ? { escaped: true, proof: { canary: String(got[0]) } } : { escaped: false });
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    for (const name of [
      'fs',
      'node:fs',
      'process',
      'node:process',
      'child_process',
      'module',
      'vm',
      'v8',
      'worker_threads',
      'inspector',
      'net',
      'dns',
      'os',
      'NODE:fs',
      'node:node:fs',
      'fs/',
      'fs/promises',
      ' fs',
      'fs\0',
    ]) {
      try {
        const found = require(name);
        look(found);
        look(found.default);
        got.push(found.readFileSync?.('/proc/self/environ', 'utf8') ?? `there is ${name}`);
      } catch (error) {
        look(error);
      }
    }
    return { metadata: verdict() };
  },
};
