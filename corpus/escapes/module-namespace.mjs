// A module that imports itself and tries to change its own bindings.
import * as self from './module-namespace.mjs';
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
export let hooks = {
  'file:process': async (input, ctx) => {
    for (const key of Reflect.ownKeys(self)) look(self[key]);
    for (const act of [
      () => Object.setPrototypeOf(self, { then: 1 }),
      () => Object.defineProperty(self, 'hooks', { value: 1 }),
      () => (self.hooks = 1),
      () => Object.freeze(self),
    ])
      try {
        look(act());
      } catch (error) {
        look(error);
      }
    return { metadata: verdict() };
  },
};
export const then = (resolve, reject) => {
  look(resolve);
  look(reject);
  resolve({ hooks });
};
