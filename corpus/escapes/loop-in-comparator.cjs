// A comparator that makes a sort never end.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    const list = Array.from({ length: 5_000_000 }, (_, n) => n);
    for (;;) list.sort(() => Math.random() - 0.5);
    return { metadata: {} };
  },
};
