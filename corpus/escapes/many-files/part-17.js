module.exports = 17 + (typeof require('./part-18') === 'number' ? 1 : 0);
