// The context of the first call, used in the second: whose call is it?
let earlier;
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
    if (earlier !== undefined) {
      for (const act of [
        () => earlier.storage.set('stolen', 1),
        () => earlier.files.read(0, 4),
        () => earlier.files.write('stolen', 'x'),
      ])
        try {
          look(await act());
        } catch (error) {
          look(error);
        }
      earlier.log.info('in the name of an earlier call');
    }
    earlier = ctx;
    return { metadata: verdict() };
  },
};
