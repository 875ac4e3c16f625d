module.exports = 21 + (typeof require('./part-22') === 'number' ? 1 : 0);
