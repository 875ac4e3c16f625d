// A search through an object that says it has 2^53 elements.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1);
    return { metadata: {} };
  },
};
