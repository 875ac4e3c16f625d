// Patterns, each compiled anew, and their matches.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    const all = [];
    for (let n = 0; ; n += 1)
      all.push(
        new RegExp(`(a{0,${n % 900}}){2}${n}`, 'u').exec('a'.repeat(2_000) + n),
        'x'.repeat(1_000_000).match(/x/g),
      );
    return { metadata: {} };
  },
};
