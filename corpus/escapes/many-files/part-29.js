module.exports = 29 + (typeof require('./part-30') === 'number' ? 1 : 0);
