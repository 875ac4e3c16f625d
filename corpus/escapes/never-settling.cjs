// A promise that never settles.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    await new Promise(() => {});
    return { metadata: {} };
  },
};
