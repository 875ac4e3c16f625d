// Promises that follow each other without end: the event loop never turns.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    const again = () => Promise.resolve().then(again);
    await again();
    return { metadata: {} };
  },
};
