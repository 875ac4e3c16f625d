// Hooks that raise themselves.
module.exports.hooks = {
  'echo-maker:echo': async (input, ctx) => {
    for (let n = 0; n < 1_000; n += 1) ctx.emit('echo-maker:echo', { n }).catch(() => {});
    await new Promise(() => {});
  },
};
