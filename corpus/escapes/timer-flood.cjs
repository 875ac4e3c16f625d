// Millions of timers.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    for (let n = 0; n < 1e7; n += 1) setTimeout(() => {}, n % 1_000);
    await new Promise(() => {});
    return { metadata: {} };
  },
};
