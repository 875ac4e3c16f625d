module.exports = 24 + (typeof require('./part-25') === 'number' ? 1 : 0);
