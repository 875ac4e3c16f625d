// Microtasks without end while the file is evaluated.
const again = () => Promise.resolve().then(again);
again();
module.exports.hooks = { 'file:process': async () => ({ metadata: {} }) };
