// An error whose name cannot be text fails inside the engine, with an error of whoever formats it.
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
    const error = new Error('x');
    error.name = Symbol('name');
    try {
      void error.stack;
    } catch (inner) {
      look(inner);
    }
    try {
      ctx.log.error(error);
    } catch (inner) {
      look(inner);
    }
    try {
      await ctx.storage.set('k', error);
    } catch (inner) {
      look(inner);
    }
    return { metadata: verdict() };
  },
};
