module.exports = 27 + (typeof require('./part-28') === 'number' ? 1 : 0);
