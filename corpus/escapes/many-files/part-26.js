module.exports = 26 + (typeof require('./part-27') === 'number' ? 1 : 0);
