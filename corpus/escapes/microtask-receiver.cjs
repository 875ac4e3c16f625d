// What `this` and the arguments are where the host calls back.
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
    await new Promise((done) =>
      queueMicrotask(function () {
        look(this);
        for (const each of arguments) look(each);
        done();
      }),
    );
    await new Promise((done) => {
      const timer = setInterval(function () {
        look(this);
        clearInterval(timer);
        done();
      }, 1);
    });
    await {
      then(done) {
        look(this);
        look(done);
        done();
      },
    };
    return { metadata: verdict() };
  },
};
