module.exports = 33 + (typeof require('./part-34') === 'number' ? 1 : 0);
