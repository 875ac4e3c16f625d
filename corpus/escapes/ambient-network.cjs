// Ways to the network and to other threads that stand around by themselves.
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
    for (const name of [
      'fetch',
      'XMLHttpRequest',
      'WebSocket',
      'EventSource',
      'Worker',
      'SharedWorker',
      'BroadcastChannel',
      'MessageChannel',
      'navigator',
      'caches',
      'indexedDB',
      'localStorage',
      'importScripts',
    ]) {
      if (typeof globalThis[name] !== 'undefined') {
        look(globalThis[name]);
        got.push(`there is ${name}`);
      }
    }
    return { metadata: verdict() };
  },
};
