// What an ES module is told about itself.
import * as self from './import-meta.mjs';
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
const meta = import.meta;
export const hooks = {
  'file:process': async () => {
    look(meta);
    for (const key of Reflect.ownKeys(meta)) look(meta[key]);
    try {
      look(meta.resolve);
      got.push(
        ...[meta.url, meta.filename, meta.dirname].filter(
          (text) => typeof text === 'string' && text.includes('/proc/'),
        ),
      );
    } catch {}
    look(self);
    return { metadata: verdict() };
  },
};
