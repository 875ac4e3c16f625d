exports.double = (value) => value * 2;
