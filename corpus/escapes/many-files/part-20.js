module.exports = 20 + (typeof require('./part-21') === 'number' ? 1 : 0);
