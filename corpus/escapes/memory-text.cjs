// Text that doubles.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    let text = 'abc';
    const all = [];
    for (;;) {
      text = text.length > 1e8 ? 'abc' : text + text;
      all.push(`${text}${all.length}`.split('').length);
    }
    return { metadata: {} };
  },
};
