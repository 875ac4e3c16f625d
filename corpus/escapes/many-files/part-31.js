module.exports = 31 + (typeof require('./part-32') === 'number' ? 1 : 0);
