module.exports = 23 + (typeof require('./part-24') === 'number' ? 1 : 0);
