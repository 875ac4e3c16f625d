// A loop without end.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    for (;;);
    return { metadata: {} };
  },
};
