module.exports = 25 + (typeof require('./part-26') === 'number' ? 1 : 0);
