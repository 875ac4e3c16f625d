// An ES module that waits for ever before it exports.
await new Promise(() => {});
export const hooks = { 'file:process': async () => ({ metadata: {} }) };
