// Text of characters that no terminal or database likes.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    return { metadata: { text: '\u0000\u001b[2J\ud800\u202e'.repeat(1_000), ['\u0000key']: 1 } };
    return { metadata: {} };
  },
};
