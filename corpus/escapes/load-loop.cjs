// A loop while the file is evaluated.
for (;;);
module.exports.hooks = { 'file:process': async () => ({ metadata: {} }) };
