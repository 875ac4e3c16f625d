// Host calls that follow each other, nobody waits for them.
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
    const chain = async () => {
      for (let n = 0; n < 1_000; n += 1) {
        await ctx.storage.set('after', n);
        ctx.log.info('after', n);
      }
    };
    chain();
    return { metadata: verdict() };
  },
};
