// Built-ins are poisoned before anything is exported.
for (const key of ['hooks', 'default', 'file:process', 'initialize', 'then', 'ok', 'hooksObject'])
  Object.defineProperty(Object.prototype, key, {
    get() {
      return () => 'mine';
    },
    set() {},
    configurable: true,
  });
Array.prototype.push = String.prototype.slice = Object.keys = JSON.stringify = () => 'mine';
module.exports = Object.defineProperty({}, 'hooks', {
  value: Object.defineProperty({}, 'file:process', { value: async () => ({ metadata: {} }), enumerable: true }),
});
