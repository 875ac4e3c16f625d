// Derived files, as many and as large as there are.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    for (let n = 0; n < 1_000; n += 1)
      await ctx.files.write(`file-${n}`, new Uint8Array(16 * 1024 * 1024)).catch(() => {});
    return { metadata: {} };
  },
};
