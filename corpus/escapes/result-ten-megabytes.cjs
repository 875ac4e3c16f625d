// A result just over the limit.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    return { metadata: { text: 'x'.repeat(10 * 1024 * 1024) } };
    return { metadata: {} };
  },
};
