// A syntax error.
module.exports = { hooks: 
