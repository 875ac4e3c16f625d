// Functions of the context called on a proxy, on the global object and on each other.
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
    const kept = [];
    const receiver = new Proxy({}, { get: (_target, _key, self) => (kept.push(self), undefined) });
    for (const part of Object.values(ctx))
      for (const method of Object.values(part ?? {})) {
        if (typeof method !== 'function') continue;
        for (const self of [receiver, globalThis, null, method])
          try {
            kept.push(await Reflect.apply(method, self, ['k']));
          } catch (error) {
            kept.push(error);
          }
      }
    for (const each of kept) look(each);
    return { metadata: verdict() };
  },
};
