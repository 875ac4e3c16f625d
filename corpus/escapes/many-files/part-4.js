module.exports = 4 + (typeof require('./part-5') === 'number' ? 1 : 0);
