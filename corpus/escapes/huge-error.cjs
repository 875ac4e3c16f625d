// An error whose text is larger than any frame.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    const error = new Error('x'.repeat(3e8));
    error.stack = 'y'.repeat(3e8);
    throw error;
    return { metadata: {} };
  },
};
