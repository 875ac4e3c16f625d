// Globals that are no part of the language: what do they lead to?
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
    for (const key of Reflect.ownKeys(globalThis)) {
      const value = globalThis[key];
      look(value);
      if (typeof value !== 'function') continue;
      for (const given of [[], ['process'], [globalThis], [Symbol()]])
        try {
          look(Reflect.apply(value, undefined, given));
        } catch (error) {
          look(error);
        }
    }
    return { metadata: verdict() };
  },
};
