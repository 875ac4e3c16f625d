// Many files, each with a rest of its own.
let sum = 0;
for (let n = 0; n < 40; n += 1) sum += require(`./part-${n}`);
module.exports.hooks = { 'file:process': async () => ({ metadata: { sum } }) };
