// Log lines of values that are large, deep, or ask for more.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    const deep = [];
    let at = deep;
    for (let n = 0; n < 100_000; n += 1) {
      const next = [];
      at.push(next);
      at = next;
    }
    for (const value of [
      deep,
      'x'.repeat(1e8),
      new Array(1e7).fill({ a: 1 }),
      new Proxy(
        {},
        {
          ownKeys: () => Array.from({ length: 1e5 }, (_, n) => `k${n}`),
          getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
        },
      ),
    ])
      ctx.log.info(value);
    return { metadata: {} };
  },
};
