// A pattern that tries every way there is.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    /^(\w+\s?)+$/.test('a'.repeat(60) + '!');
    /(x+x+)+y/.test('x'.repeat(60));
    return { metadata: {} };
  },
};
