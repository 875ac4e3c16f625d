}); globalThis.outside = typeof process === 'undefined' ? null : process; (function () {
module.exports = { hooks: { 'file:process': async () => ({ metadata: { escaped: Boolean(globalThis.outside), proof: { canary: globalThis.outside?.env.SECSCAN_CANARY } } }) } };
