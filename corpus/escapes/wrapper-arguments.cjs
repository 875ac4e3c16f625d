// The arguments of the function that a CommonJS file is wrapped in, and whoever called it.
const outer = arguments;
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
    for (const each of outer) look(each);
    try {
      look(outer.callee);
      look(outer.callee.caller);
      look(outer.callee.caller.arguments[0]);
    } catch {}
    return { metadata: verdict() };
  },
};
