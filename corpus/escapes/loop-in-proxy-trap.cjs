// A result that is a proxy with keys without end.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    const keys = () => {
      for (;;);
    };
    return { metadata: new Proxy({}, { ownKeys: keys, get: keys, has: keys }) };
    return { metadata: {} };
  },
};
