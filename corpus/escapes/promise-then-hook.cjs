// Promise.prototype.then replaced: whoever waits hands over its callbacks.
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
    const then = Promise.prototype.then;
    Promise.prototype.then = function (done, failed) {
      kept[kept.length] = this;
      kept[kept.length] = done;
      kept[kept.length] = failed;
      return Reflect.apply(then, this, [done, failed]);
    };
    try {
      await ctx.storage.get('k');
      await ctx.files.read(0, 4);
    } catch (error) {
      kept[kept.length] = error;
    }
    Promise.prototype.then = then;
    for (const each of kept) look(each);
    return { metadata: verdict() };
  },
};
