// Methods of text replaced: names and paths change after they were checked.
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
    const real = [];
    for (const name of [
      'slice',
      'startsWith',
      'endsWith',
      'indexOf',
      'includes',
      'split',
      'replace',
      'charCodeAt',
      'codePointAt',
      'toString',
      'isWellFormed',
      'toWellFormed',
    ]) {
      const original = String.prototype[name];
      String.prototype[name] = function (...given) {
        look(this);
        return name === 'startsWith' || name === 'includes' ? true : Reflect.apply(original, this, given);
      };
      real[real.length] = [name, original];
    }
    const said = [];
    for (const act of [
      () => require('../../../etc/hostname'),
      () => ctx.files.write('../out', 'a'),
      () => ctx.storage.get('k'),
    ])
      try {
        said[said.length] = await act();
      } catch (error) {
        said[said.length] = error;
      }
    for (const [name, original] of real) String.prototype[name] = original;
    for (const each of said) look(each);
    return { metadata: verdict() };
  },
};
