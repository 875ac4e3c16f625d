// One allocation that is larger than all there is.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    const all = [];
    for (let n = 0; n < 64; n += 1) all.push(new Array(2 ** 27).fill(n));
    return { metadata: {} };
  },
};
