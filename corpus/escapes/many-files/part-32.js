module.exports = 32 + (typeof require('./part-33') === 'number' ? 1 : 0);
