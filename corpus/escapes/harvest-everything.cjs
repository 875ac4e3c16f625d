// Everything that can be reached by properties and prototypes from all that is given.
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
    const seen = new Set();
    const waiting = [globalThis, ctx, input, module, require, this];
    while (waiting.length > 0 && seen.size < 5_000) {
      const value = waiting.pop();
      if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) continue;
      seen.add(value);
      look(value);
      try {
        waiting.push(Reflect.getPrototypeOf(value));
      } catch {}
      for (const key of Reflect.ownKeys(value))
        try {
          const described = Reflect.getOwnPropertyDescriptor(value, key);
          waiting.push(described.value, described.get, described.set);
        } catch {}
    }
    return { metadata: verdict() };
  },
};
