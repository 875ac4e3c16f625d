// A result nested a hundred thousand deep.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    let metadata = {};
    for (let n = 0; n < 100_000; n += 1) metadata = { metadata };
    return { metadata };
    return { metadata: {} };
  },
};
