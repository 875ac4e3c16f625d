// Views whose length or buffer lies, and a buffer that would grow.
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
    try {
      const buffer = new ArrayBuffer(8, { maxByteLength: 1 << 20 });
      kept.push(buffer.resizable, new Uint8Array(buffer));
      buffer.resize(1 << 20);
    } catch (error) {
      kept.push(error);
    }
    const sly = Object.defineProperties(new Uint8Array(4), {
      length: { value: 1 << 20 },
      byteLength: { value: 1 << 20 },
      buffer: { value: new ArrayBuffer(1) },
    });
    for (const act of [
      () => ctx.files.write('a', sly),
      () => ctx.crypto.hash('sha256', sly),
      () => new TextDecoder().decode(sly),
      () => structuredClone(sly),
    ])
      try {
        const said = await act();
        kept.push(said);
      } catch (error) {
        kept.push(error);
      }
    for (const each of kept) look(each);
    return { metadata: verdict() };
  },
};
