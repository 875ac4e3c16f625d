// A file that exports nothing of use, with a lifecycle that acts.
exports.initialize = (ctx) => ctx.storage.set('k', 1);
exports.cleanup = 7;
exports.hooks = { 'file:process': 'not a function', 'data:analyze': null };
