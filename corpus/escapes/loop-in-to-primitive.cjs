// An argument that never becomes text.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    ctx.log.info(
      `${{
        [Symbol.toPrimitive]() {
          for (;;);
        },
      }}`,
    );
    return { metadata: {} };
  },
};
