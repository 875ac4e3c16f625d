module.exports = 15 + (typeof require('./part-16') === 'number' ? 1 : 0);
