module.exports = 39 + (typeof require('./part-0') === 'number' ? 1 : 0);
