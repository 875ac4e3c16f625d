// Copies of copies.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    let value = { list: [1, 2, 3] };
    for (;;) value = structuredClone({ a: value, b: value });
    return { metadata: {} };
  },
};
