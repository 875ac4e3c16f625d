module.exports = 28 + (typeof require('./part-29') === 'number' ? 1 : 0);
