// Bytes outside of the heap.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    const all = [];
    for (;;) all.push(new Uint8Array(8 * 1024 * 1024).fill(all.length));
    return { metadata: {} };
  },
};
