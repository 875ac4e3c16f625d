// Numbers that get longer by themselves.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    let n = 3n;
    for (;;) n = n * n + 1n;
    return { metadata: {} };
  },
};
