module.exports = 9 + (typeof require('./part-10') === 'number' ? 1 : 0);
