module.exports = 7 + (typeof require('./part-8') === 'number' ? 1 : 0);
