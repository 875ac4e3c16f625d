exports.early = true;
const b = require('./b');
module.exports = { b, self: require('./a.js'), main: require('./index') };
