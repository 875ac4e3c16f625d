// A loop in a getter of the result.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    return {
      metadata: {
        get a() {
          for (;;);
        },
      },
    };
    return { metadata: {} };
  },
};
