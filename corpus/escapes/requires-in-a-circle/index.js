// CommonJS files that require each other and change what the other exports.
const a = require('./a');
module.exports.hooks = { 'file:process': async () => ({ metadata: { a: typeof a, again: require('./a') === a } }) };
