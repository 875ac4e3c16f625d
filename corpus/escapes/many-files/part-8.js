module.exports = 8 + (typeof require('./part-9') === 'number' ? 1 : 0);
