// A hook that is an async generator, and a result that iterates.
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
  'file:process': async function* (input, ctx) {
    try {
      look(yield ctx);
    } finally {
      look(this);
    }
  },
  'data:analyze': async () => ({
    findings: {
      [Symbol.iterator]() {
        look(this);
        return [][Symbol.iterator]();
      },
      [Symbol.asyncIterator]() {
        look(this);
        return this;
      },
    },
  }),
};
