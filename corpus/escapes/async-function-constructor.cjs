// The constructor of async functions is no global, but every async function has it.
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
    const Make = (async () => {}).constructor;
    try {
      look(await Make('return process')());
    } catch {}
    try {
      look(await Reflect.construct(Make, ['return process'])());
    } catch {}
    return { metadata: verdict() };
  },
};
