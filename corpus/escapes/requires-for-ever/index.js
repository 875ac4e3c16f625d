// A file that fails each time, required again and again.
let failed = 0;
for (let n = 0; n < 50_000; n += 1)
  try {
    require('./fails');
  } catch {
    failed += 1;
  }
module.exports.hooks = { 'file:process': async () => ({ metadata: { failed } }) };
