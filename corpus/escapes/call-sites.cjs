// A formatter of stacks is handed call sites, which know functions and receivers of the host.
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
    const before = Error.prepareStackTrace;
    Error.prepareStackTrace = (_error, sites) => sites;
    const sites = [].concat(new Error('sites').stack);
    Error.prepareStackTrace = before;
    for (const site of sites) {
      look(site);
      for (const name of ['getThis', 'getFunction', 'getEvalOrigin'])
        try {
          look(site[name]());
        } catch {}
    }
    return { metadata: verdict() };
  },
};
