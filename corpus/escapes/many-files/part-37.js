module.exports = 37 + (typeof require('./part-38') === 'number' ? 1 : 0);
