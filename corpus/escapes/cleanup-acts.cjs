// cleanup does not end and goes on acting.
module.exports.hooks = { 'file:process': async () => ({ metadata: {} }) };
module.exports.cleanup = async (ctx) => {
  for (let n = 0; ; n += 1) await ctx.storage.set('late', n);
};
