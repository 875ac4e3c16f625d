// A loop without end behind an answer of the host.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    await ctx.storage.get('k');
    for (;;);
    return { metadata: {} };
  },
};
