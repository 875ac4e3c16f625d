// initialize never ends.
module.exports.hooks = { 'file:process': async () => ({ metadata: {} }) };
module.exports.initialize = () => {
  for (;;);
};
