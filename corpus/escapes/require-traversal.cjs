// Paths that lead out of the package.
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
    for (const path of [
      '../../../../../../etc/hostname',
      '/etc/hostname',
      './../../package.json',
      'file:///etc/hostname',
      './.\0./x',
      '..',
      './%2e%2e/%2e%2e/package.json',
      '..\\..\\package.json',
      '/proc/self/environ',
      './' + '../'.repeat(200) + 'etc/hostname',
    ]) {
      try {
        const found = require(path);
        if (found !== module.exports) got.push(`read ${path}`);
      } catch (error) {
        look(error);
        if (/root:|SECSCAN/.test(String(error.message))) got.push(error.message);
      }
    }
    return { metadata: verdict() };
  },
};
