// An ES module that fails after waiting.
export const hooks = { 'file:process': async () => ({ metadata: {} }) };
await null;
throw { toString: null };
