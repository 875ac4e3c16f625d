// The text of stacks tells where the host lives and what it is made of.
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
    const stacks = [new Error('here').stack];
    for (const act of [
      () => ctx.storage.get(),
      () => ctx.files.read('x'),
      () => require('nothing'),
      () => new URL('x'),
      () => structuredClone(() => 1),
    ])
      try {
        await act();
      } catch (error) {
        stacks.push(error.stack);
      }
    const text = stacks.join('\n');
    if (/\/(home|root|usr|opt|srv|work)\/|node_modules|node:internal/.test(text)) got.push(text.slice(0, 400));
    return { metadata: verdict() };
  },
};
