module.exports = 11 + (typeof require('./part-12') === 'number' ? 1 : 0);
