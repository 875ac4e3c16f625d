// A proxy sees who looks at an argument, and with what.
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
    const traps = {};
    for (const name of Object.getOwnPropertyNames(Reflect))
      traps[name] = (...given) => {
        for (const each of given) kept.push(each);
        return Reflect[name](...given);
      };
    const kept = [];
    for (const target of [{}, [], function () {}]) {
      const proxy = new Proxy(target, traps);
      for (const act of [
        () => ctx.storage.set('k', proxy),
        () => ctx.log.info(proxy),
        () => ctx.files.write(proxy, proxy),
        () => ctx.emit(proxy, proxy),
        () => structuredClone(proxy),
      ]) {
        try {
          kept.push(await act());
        } catch (error) {
          kept.push(error);
        }
      }
    }
    for (const each of kept.slice(0, 5000)) look(each);
    return { metadata: verdict() };
  },
};
