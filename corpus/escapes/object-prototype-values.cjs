// Plain values on Object.prototype under the names of options.
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
    const given = {
      permission: 'http',
      permissions: ['http'],
      oneWay: true,
      call: 0,
      ok: true,
      bytes: new Uint8Array(4),
      timeout: 1e9,
      memoryMb: 1e6,
      hook: 'security:event',
      file: { size: 1e9 },
      ttlSeconds: 1,
      ifVersion: 7,
      organisationId: 'organisation-2',
      toJSON: undefined,
    };
    for (const [name, value] of Object.entries(given))
      Object.defineProperty(Object.prototype, name, { value, writable: true, configurable: true, enumerable: true });
    const said = [];
    for (const act of [
      () => ctx.storage.get('k'),
      () => ctx.storage.set('k', {}),
      () => ctx.http.request({ url: 'https://a.example/' }),
      () => ctx.emit('a:b', {}),
    ])
      try {
        said.push(await act());
      } catch (error) {
        said.push(error);
      }
    for (const name of Object.keys(given)) delete Object.prototype[name];
    for (const each of said) look(each);
    return { metadata: verdict() };
  },
};
