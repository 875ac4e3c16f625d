// Memory and machine code that no limit counts: WebAssembly and shared buffers.
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
    for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics'])
      if (typeof globalThis[name] !== 'undefined') got.push(`there is ${name}`);
    try {
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 10, shared: true });
      look(memory.buffer.constructor);
    } catch {}
    return { metadata: verdict() };
  },
};
