module.exports = 14 + (typeof require('./part-15') === 'number' ? 1 : 0);
