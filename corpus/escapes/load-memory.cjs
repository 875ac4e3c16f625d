// Memory that grows while the file is evaluated.
const all = [];
for (;;) all.push(new Uint8Array(1 << 22).fill(1));
module.exports.hooks = { 'file:process': async () => ({ metadata: {} }) };
