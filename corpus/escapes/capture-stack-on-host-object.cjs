// Stacks captured on objects of the host, as deep as they go.
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
    Error.stackTraceLimit = Infinity;
    for (const target of [ctx, ctx.log, input, {}]) {
      try {
        Error.captureStackTrace(target);
        look(target.stack);
      } catch {}
    }
    const stack = String(new Error('where').stack);
    if (/node:internal|\/runner\/|\/host\//.test(stack.replace(/<.*?>/g, ''))) got.push(stack.slice(0, 200));
    return { metadata: verdict() };
  },
};
