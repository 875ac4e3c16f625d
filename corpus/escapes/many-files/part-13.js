module.exports = 13 + (typeof require('./part-14') === 'number' ? 1 : 0);
