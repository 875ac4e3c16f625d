// Log lines without end.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    for (;;) ctx.log.info('x'.repeat(8_000));
    return { metadata: {} };
  },
};
