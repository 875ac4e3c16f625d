// TextEncoder, TextDecoder, atob and URL do their work outside: with odd things in hand.
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
    for (const label of [
      'utf-8',
      'utf-16le',
      '__proto__',
      'x'.repeat(5_000),
      {
        toString() {
          look(this);
          return 'utf-8';
        },
      },
    ])
      try {
        const decoder = new TextDecoder(label, {
          get fatal() {
            look(this);
            return true;
          },
        });
        look(decoder);
        look(decoder.decode(new Uint8Array([0xff, 0xfe, 0xfd])));
      } catch (error) {
        look(error);
        look(error.constructor);
      }
    for (const act of [
      () => new TextEncoder().encodeInto('x', {}),
      () => atob('\u0100'),
      () => btoa('\u0100'),
      () => new URL('//'),
      () =>
        new URL('a', {
          toString() {
            look(this);
            return 'http://b/';
          },
        }),
      () =>
        new URL('http://a/').searchParams.forEach(function (each) {
          look(this);
        }),
    ])
      try {
        look(act());
      } catch (error) {
        look(error);
        look(error.constructor);
      }
    return { metadata: verdict() };
  },
};
