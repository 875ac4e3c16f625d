const a = require('./a');
a.hooks = 'stolen';
module.exports = require('.');
module.exports.hooks = null;
