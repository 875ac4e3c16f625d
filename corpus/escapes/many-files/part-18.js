module.exports = 18 + (typeof require('./part-19') === 'number' ? 1 : 0);
