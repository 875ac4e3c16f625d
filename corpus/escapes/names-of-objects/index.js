// Files with the names of what every object has.
const found = ['constructor', '__proto__', 'toString'].map((name) => {
  try {
    return typeof require('./' + name);
  } catch (error) {
    return error.code;
  }
});
module.exports.hooks = { 'file:process': async () => ({ metadata: { found } }) };
