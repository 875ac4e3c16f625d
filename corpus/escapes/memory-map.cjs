// Maps and sets that grow.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    const map = new Map();
    for (let n = 0; ; n += 1) map.set({ n }, new Set([n, `${n}`]));
    return { metadata: {} };
  },
};
