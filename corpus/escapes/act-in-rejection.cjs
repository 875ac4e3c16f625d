// A rejection that nobody handles acts when its text is asked for.
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
    const sly = new Error('x');
    Object.defineProperty(sly, 'message', {
      get() {
        ctx.storage.set('after', 1).catch(() => {});
        ctx.log.info('after');
        look(this);
        return 'x';
      },
    });
    Promise.reject(sly);
    Promise.reject({
      get stack() {
        ctx.log.info('after');
        return '';
      },
    });
    return { metadata: verdict() };
  },
};
