module.exports = 30 + (typeof require('./part-31') === 'number' ? 1 : 0);
