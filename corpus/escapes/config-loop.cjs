// A new configuration is answered by a loop.
module.exports.hooks = { 'file:process': async () => ({ metadata: {} }) };
module.exports.onConfigUpdate = () => {
  for (;;);
};
