module.exports = 5 + (typeof require('./part-6') === 'number' ? 1 : 0);
