module.exports = 2 + (typeof require('./part-3') === 'number' ? 1 : 0);
