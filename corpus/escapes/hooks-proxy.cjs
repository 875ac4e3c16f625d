// Hooks that throw when they are looked at.
module.exports.hooks = new Proxy(
  { 'file:process': async () => ({ metadata: {} }) },
  {
    get(target, key) {
      if (typeof key === 'symbol') throw new Error('no');
      return target[key];
    },
    getOwnPropertyDescriptor() {
      throw new Error('no');
    },
  },
);
