module.exports = 6 + (typeof require('./part-7') === 'number' ? 1 : 0);
