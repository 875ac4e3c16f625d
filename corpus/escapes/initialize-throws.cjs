// initialize throws what is no error, at a later time.
module.exports.hooks = { 'file:process': async () => ({ metadata: {} }) };
module.exports.initialize = async (ctx) => {
  ctx.log.error(ctx);
  await null;
  throw null;
};
