// A getter runs while the host call is made: its caller is code of the other side.
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
    const options = {};
    for (const key of [
      'ttlSeconds',
      'ifVersion',
      'after',
      'endpoint',
      'level',
      'toJSON',
      'then',
      'length',
      'severity',
      'title',
    ]) {
      Object.defineProperty(options, key, {
        enumerable: true,
        get: function watched() {
          try {
            look(watched.caller);
            look(arguments.callee.caller);
            look(this);
          } catch {}
          return undefined;
        },
      });
    }
    for (const act of [
      () => ctx.storage.set('k', 1, options),
      () => ctx.storage.list('', options),
      () => ctx.security.report(options),
      () => ctx.log.info(options),
    ])
      try {
        await act();
      } catch (error) {
        look(error);
      }
    return { metadata: verdict() };
  },
};
