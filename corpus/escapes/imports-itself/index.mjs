// Modules that wait for each other.
import { ready } from './other.mjs';
await ready;
export const hooks = { 'file:process': async () => ({ metadata: {} }) };
