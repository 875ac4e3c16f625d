// A loop in toJSON of the result.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    return {
      metadata: {
        toJSON() {
          for (;;);
        },
      },
    };
    return { metadata: {} };
  },
};
