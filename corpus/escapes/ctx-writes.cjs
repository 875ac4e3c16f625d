// Everything in reach of the context is written to, frozen, and given a prototype.
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
    const reached = new Set();
    const visit = (value, depth) => {
      if (
        value === null ||
        (typeof value !== 'object' && typeof value !== 'function') ||
        reached.has(value) ||
        depth > 4
      )
        return;
      reached.add(value);
      for (const act of [
        () => (value.polluted = 'yes'),
        () => Object.defineProperty(value, 'then', { value: () => 'yes', configurable: true }),
        () => Object.setPrototypeOf(value, { polluted: 'yes' }),
        () => (value.call = () => 'yes'),
        () => (value.grants = () => new Set(['http'])),
      ])
        try {
          act();
        } catch {}
      for (const key of Reflect.ownKeys(value))
        try {
          visit(value[key], depth + 1);
        } catch {}
    };
    visit(ctx, 0);
    visit(input, 0);
    look(ctx.polluted);
    try {
      look(await ctx.storage.get('k'));
    } catch (error) {
      look(error);
    }
    return { metadata: verdict() };
  },
};
