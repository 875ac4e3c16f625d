module.exports = 10 + (typeof require('./part-11') === 'number' ? 1 : 0);
