// A value that went through the host and back.
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
    await ctx.storage.set('key', { list: [1, { deep: true }], text: 'a' });
    const value = await ctx.storage.get('key');
    for (const each of [value, value.list, value.list[1]]) look(each);
    return { metadata: verdict() };
  },
};
