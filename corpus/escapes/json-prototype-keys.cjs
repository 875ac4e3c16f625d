// The same names as keys of tags, storage and evidence.
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
    for (const key of ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString']) {
      const value = JSON.parse(`{"${key}":{"polluted":"yes"}}`);
      for (const act of [
        () => ctx.storage.set(key, value),
        () => ctx.storage.set('k', value),
        () => ctx.storage.get(key),
        () => ctx.security.report({ severity: 'low', title: key, evidence: value }),
        () => ctx.analytics.track(key, key),
      ])
        try {
          look(await act());
        } catch (error) {
          look(error);
        }
    }
    return JSON.parse('{"metadata":{"constructor":"x","hasOwnProperty":1,"toString":null,"valueOf":{"a":1}}}');
    return { metadata: verdict() };
  },
};
