// A thenable that never calls back.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    return { then() {} };
    return { metadata: {} };
  },
};
