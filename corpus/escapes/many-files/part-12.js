module.exports = 12 + (typeof require('./part-13') === 'number' ? 1 : 0);
