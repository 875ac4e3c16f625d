// Timers: the function, what it gives, and what `this` is when it calls back.
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
    look(setTimeout);
    const handle = setTimeout(() => {}, 1);
    look(handle);
    await new Promise((done) =>
      setTimeout(
        function () {
          look(this);
          for (const each of arguments) look(each);
          done();
        },
        1,
        {},
      ),
    );
    clearTimeout(handle);
    return { metadata: verdict() };
  },
};
