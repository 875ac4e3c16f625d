// Millions of waiting microtasks.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    for (let n = 0; n < 1e8; n += 1) queueMicrotask(() => {});
    return { metadata: {} };
  },
};
