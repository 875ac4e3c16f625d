// Microtasks that go on after the hook has answered.
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
    const again = (left) => {
      if (left > 0)
        queueMicrotask(() => {
          ctx.log.info('after');
          ctx.storage.set('after', left).catch(() => {});
          again(left - 1);
        });
    };
    Promise.resolve().then(() => again(20));
    return { metadata: verdict() };
  },
};
