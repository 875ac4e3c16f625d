// A thrown error whose text is a loop.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    throw {
      get message() {
        for (;;);
      },
      get stack() {
        for (;;);
      },
      get name() {
        for (;;);
      },
    };
    return { metadata: {} };
  },
};
