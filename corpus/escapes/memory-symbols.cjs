// Names that are kept for ever.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    for (let n = 0; ; n += 1) {
      Symbol.for(`name ${n} ${'x'.repeat(200)}`);
      globalThis[`name ${n}`] = n;
    }
    return { metadata: {} };
  },
};
