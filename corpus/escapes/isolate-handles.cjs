// Handles of an isolate library: with one of them the other side can be called.
const got = [];
/** Keeps the proof when a value leads to the host's process. */
function look(value) {
  const ways = [
    (v) => v,
    (v) => v.constructor('return process')(),
    (v) => v.constructor.constructor('return process')(),
  ];
  for (const way of ways) {
    try {
      const found = way(value);
      if (found && found.versions && found.env) got.push(found.env.SECSCAN_CANARY);
    } catch {}
  }
}
const verdict = () => (got.length > 0 ? { escaped: true, proof: { canary: String(got[0]) } } : { escaped: false });
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    const ways = [
      'applySync',
      'apply',
      'applyIgnored',
      'getSync',
      'derefInto',
      'evalSync',
      'evalClosureSync',
      'compileScriptSync',
      'createContextSync',
      'copySync',
      'setSync',
      'release',
      'dispose',
    ];
    const seen = new Set();
    const waiting = [globalThis, ctx, input, require, module];
    while (waiting.length > 0 && seen.size < 5_000) {
      const value = waiting.pop();
      if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) continue;
      seen.add(value);
      for (const way of ways) {
        try {
          if (
            typeof value[way] === 'function' &&
            value !== Function.prototype &&
            !(typeof value === 'function') &&
            value !== Reflect
          )
            got.push(value[way]('constructor', ['return process.env.SECSCAN_CANARY']));
        } catch {}
      }
      try {
        waiting.push(Reflect.getPrototypeOf(value));
      } catch {}
      for (const key of Reflect.ownKeys(value))
        try {
          waiting.push(Reflect.getOwnPropertyDescriptor(value, key).value);
        } catch {}
    }
    return { metadata: verdict() };
  },
};
