// The process under its usual names, and what it would lead to.
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
    for (const name of ['process', 'global', 'root', 'GLOBAL', 'require', 'Deno', 'Bun']) {
      try {
        look(globalThis[name]);
        look(globalThis[name]?.mainModule);
        look(globalThis[name]?.binding?.('fs'));
      } catch {}
    }
    try {
      look(this.process);
      look(
        (function () {
          return this;
        })()?.process,
      );
      look((() => this)()?.process);
    } catch {}
    return { metadata: verdict() };
  },
};
