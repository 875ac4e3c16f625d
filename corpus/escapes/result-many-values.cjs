// A result of millions of small values.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    return { metadata: Object.fromEntries(Array.from({ length: 400_000 }, (_, n) => [`k${n}`, [n]])) };
    return { metadata: {} };
  },
};
