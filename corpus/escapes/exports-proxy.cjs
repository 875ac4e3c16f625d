// Exports that have every name.
const all = new Proxy(function () {}, {
  get: (target, key, self) => self,
  ownKeys: () => Array.from({ length: 100_000 }, (_, n) => `a${n}:b`),
  getOwnPropertyDescriptor: () => ({ value: all, enumerable: true, configurable: true }),
  apply: () => all,
  has: () => true,
});
module.exports = all;
