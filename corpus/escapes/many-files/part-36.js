module.exports = 36 + (typeof require('./part-37') === 'number' ? 1 : 0);
