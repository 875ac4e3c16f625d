// Scopes that are objects: names looked up where they should not be.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    const found = [];
    const scope = new Proxy(
      { [Symbol.unscopables]: { process: true } },
      { has: (_target, name) => (found.push(name), false) },
    );
    let outside = null;
    with (scope) {
      try {
        outside = typeof process === 'undefined' ? null : process;
      } catch {}
    }
    globalThis[Symbol.unscopables] = { process: true };
    with (globalThis) {
      try {
        outside ??= typeof process === 'undefined' ? null : process;
      } catch {}
    }
    with (ctx) {
      try {
        outside ??= constructor.constructor('return process')();
      } catch {}
    }
    delete globalThis[Symbol.unscopables];
    return {
      metadata: outside ? { escaped: true, proof: { canary: outside.env.SECSCAN_CANARY } } : { escaped: false },
    };
  },
};
