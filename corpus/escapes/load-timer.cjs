// Timers that are started before there is a call.
for (const start of [setTimeout, setInterval])
  try {
    start(() => console.log('unasked'), 1);
  } catch {}
module.exports.hooks = { 'file:process': async () => ({ metadata: {} }) };
