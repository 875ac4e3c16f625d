module.exports = 19 + (typeof require('./part-20') === 'number' ? 1 : 0);
