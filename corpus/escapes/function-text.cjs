// The text of functions of the other side.
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
    for (const part of [...Object.values(ctx), globalThis])
      for (const key of Reflect.ownKeys(part ?? {})) {
        let method;
        try {
          method = part[key];
        } catch {
          continue;
        }
        if (typeof method !== 'function' || typeof part === 'function') continue;
        const text = Function.prototype.toString.call(method);
        if (part !== globalThis && !text.includes('[native code]')) got.push(`${String(key)}: ${text.slice(0, 100)}`);
      }
    return { metadata: verdict() };
  },
};
