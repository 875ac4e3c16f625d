// Functions of the host as tags: they are handed the array of the template.
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
    const note = (strings, ...values) => {
      look(strings);
      look(strings.raw);
      return values;
    };
    look(note`a${1}b`);
    for (const tag of [ctx.log.info, ctx.storage.get, setTimeout, structuredClone, require])
      try {
        look(await tag`a${ctx}b`);
      } catch (error) {
        look(error);
      }
    return { metadata: verdict() };
  },
};
