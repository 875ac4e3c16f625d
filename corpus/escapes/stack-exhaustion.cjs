// Recursion without end, caught and begun again.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    const dive = () => {
      try {
        return dive() + 1;
      } catch {
        return 0;
      }
    };
    const deeper = () => {
      try {
        return deeper();
      } finally {
        dive();
      }
    };
    for (;;)
      try {
        deeper();
      } catch {}
    return { metadata: {} };
  },
};
