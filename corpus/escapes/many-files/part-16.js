module.exports = 16 + (typeof require('./part-17') === 'number' ? 1 : 0);
