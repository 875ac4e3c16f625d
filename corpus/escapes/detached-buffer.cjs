// Bytes that are taken away while the host call is made.
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
    const bytes = new Uint8Array(64).fill(7);
    const name = {
      toString() {
        try {
          bytes.buffer.transfer();
        } catch {}
        return 'derived';
      },
    };
    for (const act of [
      () => ctx.files.write(name, bytes),
      () => ctx.files.write('late', bytes),
      () => ctx.crypto.hash('sha256', bytes),
      () => new TextDecoder().decode(bytes),
    ])
      try {
        look(await act());
      } catch (error) {
        look(error);
      }
    const read = await ctx.files.read(0, 16);
    try {
      read.buffer.transfer(0);
      read.fill(1);
    } catch (error) {
      look(error);
    }
    look(await ctx.files.read(0, 16));
    return { metadata: verdict() };
  },
};
