// A reviver that makes parsing never end.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    JSON.parse('[1]', function (key, value) {
      for (;;);
    });
    return { metadata: {} };
  },
};
