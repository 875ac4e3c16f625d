// initialize waits for ever.
module.exports.hooks = { 'file:process': async () => ({ metadata: {} }) };
module.exports.initialize = () => new Promise(() => {});
