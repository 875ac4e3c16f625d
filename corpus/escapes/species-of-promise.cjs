// Promises derive new ones through their species.
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
    class Spy extends Promise {
      constructor(run) {
        super((resolve, reject) => {
          kept.push(resolve, reject);
          run(resolve, reject);
        });
      }
      static get [Symbol.species]() {
        return Spy;
      }
    }
    const promise = ctx.storage.get('k');
    try {
      Object.setPrototypeOf(promise, Spy.prototype);
    } catch {}
    try {
      promise.constructor = Spy;
    } catch {}
    try {
      promise.then((value) => kept.push(value));
      await promise;
    } catch (error) {
      kept.push(error);
    }
    for (const each of kept) look(each);
    return { metadata: verdict() };
  },
};
