// eval under other names, direct and indirect.
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
    for (const way of [
      (text) => (0, eval)(text),
      (text) => globalThis['ev' + 'al'](text),
      (text) => Reflect.apply(eval, null, [text]),
      (text) => [text].map(eval)[0],
    ]) {
      try {
        look(way('process'));
      } catch {}
      try {
        look(way('this'));
      } catch {}
    }
    return { metadata: verdict() };
  },
};
