module.exports = 35 + (typeof require('./part-36') === 'number' ? 1 : 0);
