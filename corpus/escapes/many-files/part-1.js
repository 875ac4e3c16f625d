module.exports = 1 + (typeof require('./part-2') === 'number' ? 1 : 0);
