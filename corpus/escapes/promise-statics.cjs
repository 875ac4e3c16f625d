// Promise.resolve and its siblings, called on a constructor of the plugin.
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
    function Spy(run) {
      run(
        (value) => kept.push(value),
        (error) => kept.push(error),
      );
      kept.push(run);
    }
    for (const name of ['resolve', 'reject', 'all', 'race', 'any', 'allSettled', 'withResolvers', 'try']) {
      try {
        kept.push(Reflect.apply(Promise[name], Spy, [[ctx.storage.get('k')]]));
      } catch (error) {
        kept.push(error);
      }
    }
    Promise.resolve = (value) => (kept.push(value), { then: (done) => done(value) });
    try {
      await ctx.storage.get('k');
    } catch (error) {
      kept.push(error);
    }
    for (const each of kept) look(each);
    return { metadata: verdict() };
  },
};
