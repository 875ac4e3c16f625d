require('./nowhere');
module.exports = { hooks: {} };
