// A small result whose text has 2^40 parts.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    let node = 'x';
    for (let n = 0; n < 40; n += 1) node = [node, node];
    return { metadata: { node } };
    return { metadata: {} };
  },
};
