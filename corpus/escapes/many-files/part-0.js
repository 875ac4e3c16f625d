module.exports = 0 + (typeof require('./part-1') === 'number' ? 1 : 0);
