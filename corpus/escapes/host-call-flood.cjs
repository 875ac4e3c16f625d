// Host calls without end that nobody waits for.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    for (;;) ctx.storage.set('k', 'x'.repeat(1_000)).catch(() => {});
    return { metadata: {} };
  },
};
