// structuredClone of what cannot be cloned throws an error of whoever implements it.
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
    for (const value of [
      ctx,
      ctx.log,
      () => 1,
      Symbol(),
      new WeakMap(),
      new Proxy({}, {}),
      Object.create({
        get a() {
          look(this);
          return 1;
        },
      }),
    ]) {
      try {
        look(structuredClone(value));
      } catch (error) {
        look(error);
        look(error.constructor);
      }
    }
    const bytes = await ctx.files.read(0, 4);
    try {
      look(structuredClone(bytes, { transfer: [bytes.buffer] }));
    } catch (error) {
      look(error);
    }
    return { metadata: verdict() };
  },
};
