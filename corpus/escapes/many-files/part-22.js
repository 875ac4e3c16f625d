module.exports = 22 + (typeof require('./part-23') === 'number' ? 1 : 0);
