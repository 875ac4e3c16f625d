module.exports = 3 + (typeof require('./part-4') === 'number' ? 1 : 0);
