// Storage filled to the brim and beyond.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    for (let n = 0; n < 1_000; n += 1) await ctx.storage.set(`key-${n}`, 'x'.repeat(250_000)).catch(() => {});
    return { metadata: {} };
  },
};
