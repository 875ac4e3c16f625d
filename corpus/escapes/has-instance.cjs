// instanceof asks the class: one that says yes to everything.
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
    for (const Kind of [Object, Array, Promise, Error, Uint8Array, ArrayBuffer])
      try {
        Object.defineProperty(Kind, Symbol.hasInstance, { value: (each) => (look(each), true), configurable: true });
      } catch {}
    for (const act of [() => ctx.storage.get(7), () => ctx.files.write('name', 7), () => ctx.log.error(7)])
      try {
        look(await act());
      } catch (error) {
        look(error);
      }
    for (const Kind of [Object, Array, Promise, Error, Uint8Array, ArrayBuffer])
      try {
        delete Kind[Symbol.hasInstance];
      } catch {}
    return { metadata: verdict() };
  },
};
