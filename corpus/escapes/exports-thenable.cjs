// Exports with a then that never calls back.
module.exports = { then() {}, hooks: { then() {}, 'file:process': async () => ({ metadata: {} }) } };
