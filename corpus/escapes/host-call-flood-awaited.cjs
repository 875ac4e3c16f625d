// Host calls one after the other, as fast as they are answered.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    for (;;) await Promise.all(Array.from({ length: 200 }, () => ctx.storage.get('k').catch(() => {})));
    return { metadata: {} };
  },
};
