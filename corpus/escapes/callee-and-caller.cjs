// The chain of callers of a sloppy function, from every place where the host calls back.
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
    function climb() {
      try {
        for (let at = climb.caller, step = 0; at && step < 20; at = at.caller, step += 1) {
          look(at);
          for (const each of at.arguments ?? []) look(each);
        }
      } catch {}
      try {
        look(arguments.callee.caller);
      } catch {}
      return 1;
    }
    climb();
    const sly = {
      toJSON: climb,
      toString: climb,
      valueOf: climb,
      get a() {
        return climb();
      },
    };
    for (const act of [
      () => ctx.storage.set('k', sly),
      () => ctx.log.info(sly),
      () => [2, 1].sort(climb),
      () => new Promise((done) => setTimeout(() => done(climb()), 1)),
      () => queueMicrotask(climb),
    ])
      try {
        await act();
      } catch {}
    return { metadata: verdict() };
  },
};
