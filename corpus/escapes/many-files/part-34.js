module.exports = 34 + (typeof require('./part-35') === 'number' ? 1 : 0);
