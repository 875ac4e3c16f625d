module.exports = 38 + (typeof require('./part-39') === 'number' ? 1 : 0);
