// Arrays and buffers of the host derive new ones through their species.
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
    const spy = {
      get: () =>
        function Spy(length) {
          kept.push(this, length, new.target);
          return new Array(length);
        },
      configurable: true,
    };
    for (const Kind of [Array, ArrayBuffer, Object.getPrototypeOf(Uint8Array), Map])
      try {
        Object.defineProperty(Kind, Symbol.species, spy);
      } catch {}
    const bytes = await ctx.files.read(0, 8);
    try {
      kept.push(
        bytes.slice(0, 2),
        bytes.subarray(0, 2),
        bytes.buffer.slice(0, 2),
        bytes.map((x) => x),
      );
    } catch (error) {
      kept.push(error);
    }
    ctx.log.info([1, 2], bytes);
    for (const each of kept) look(each);
    return { metadata: verdict() };
  },
};
