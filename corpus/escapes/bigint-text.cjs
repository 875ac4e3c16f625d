// A number of millions of digits as text.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    const n = 1n << 8_000_000n;
    for (;;) String(n + BigInt(Date.now()));
    return { metadata: {} };
  },
};
