import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the command was called: npm runs scripts in the project's folder and keeps the caller's in INIT_CWD. */
export function callerDirectory(): string {
  return process.env['INIT_CWD'] ?? process.cwd();
}

/** Colours only for people: not into a pipe, and not when NO_COLOR asks for none. */
export function wantsColour(stream: { isTTY?: boolean }): boolean {
  return stream.isTTY === true && process.env['NO_COLOR'] === undefined;
}

/** The folder of the plugins that come with ProofPix. */
export const bundledPlugins = resolve(dirname(fileURLToPath(import.meta.url)), '../../plugins');
