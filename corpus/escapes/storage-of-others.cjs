// Keys that would leave the own part of the storage.
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
    const keys = [
      '../the-neighbour/kept',
      'the-neighbour/kept',
      '/the-neighbour/kept',
      'the-neighbour\0kept',
      '..\\the-neighbour\\kept',
      'kept',
      '__proto__/kept',
      '%2e%2e/the-neighbour/kept',
    ];
    for (const key of keys) {
      try {
        const value = await ctx.storage.get(key);
        if (value === 'only-mine') got.push('the value of the neighbour');
        look(value);
      } catch (error) {
        look(error);
      }
      try {
        await ctx.storage.set(key, 'stolen');
        await ctx.storage.delete(key);
      } catch (error) {
        look(error);
      }
    }
    for (const prefix of ['', '../', '/', '%'])
      try {
        look(await ctx.storage.list(prefix));
      } catch (error) {
        look(error);
      }
    return { metadata: verdict() };
  },
};
