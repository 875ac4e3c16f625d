// The error with which a host call is refused.
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
    for (const odd of [Symbol('odd'), 1n, () => 1, undefined]) {
      try {
        await ctx.storage.set('key', odd);
      } catch (error) {
        look(error);
        look(error.constructor);
        look(Object.getPrototypeOf(error));
      }
      try {
        await ctx.files.read(odd, odd);
      } catch (error) {
        look(error);
        look(error.cause);
      }
    }
    return { metadata: verdict() };
  },
};
