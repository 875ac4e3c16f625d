// The same with defineProperty, on every error class, for errors that the host made.
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
    const seen = [];
    for (const Kind of [Error, TypeError, RangeError, SyntaxError]) {
      try {
        Object.defineProperty(Kind, 'prepareStackTrace', { value: (_error, sites) => (seen.push(...sites), 'stack') });
      } catch {}
    }
    try {
      await ctx.storage.get(Symbol());
    } catch (error) {
      void error.stack;
    }
    try {
      null.x;
    } catch (error) {
      void error.stack;
    }
    for (const site of seen) {
      look(site);
      try {
        look(site.getThis());
        look(site.getFunction());
      } catch {}
    }
    return { metadata: verdict() };
  },
};
