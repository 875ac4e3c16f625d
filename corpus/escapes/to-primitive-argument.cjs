// Values that turn themselves into text or numbers when the host does.
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
    const sly = {
      [Symbol.toPrimitive]: function watched(hint) {
        look(hint);
        look(this);
        try {
          look(watched.caller);
        } catch {}
        return hint === 'number' ? 1 : 'k';
      },
      toString() {
        look(this);
        return 'k';
      },
      valueOf() {
        return 1;
      },
    };
    for (const act of [
      () => ctx.storage.get(sly),
      () => ctx.files.read(sly, sly),
      () => ctx.log.info(sly),
      () => setTimeout(() => {}, sly),
      () => new URL(sly),
      () => require(sly),
      () => atob(sly),
    ])
      try {
        look(await act());
      } catch (error) {
        look(error);
      }
    return { metadata: verdict() };
  },
};
