// An array that grows.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    const list = [];
    for (;;) list.push(Math.random(), {});
    return { metadata: {} };
  },
};
