// Finalizers run when nobody called.
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
    const registry = new FinalizationRegistry(() => {
      ctx.log.info('after');
      ctx.storage.set('after', 1);
    });
    for (let n = 0; n < 20_000; n += 1) registry.register({ n }, n);
    let rubbish = [];
    for (let n = 0; n < 100; n += 1) rubbish.push(new Array(1_000).fill(n));
    rubbish = null;
    return { metadata: verdict() };
  },
};
