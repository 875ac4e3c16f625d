// A result that is no JSON.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    return { metadata: { a: 1n, b: Symbol(), c: () => 1, d: undefined } };
    return { metadata: {} };
  },
};
