import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the command was called: npm runs scripts in the project's folder and keeps the caller's in INIT_CWD. */
export function callerDirectory(): string {
  return process.env['INIT_CWD'] ?? process.cwd();
}

/** A path as the caller meant it. */
export function fromCaller(path: string): string {
  return resolve(callerDirectory(), path);
}

/** Colours only for people: not into a pipe, and not when NO_COLOR asks for none. */
export function wantsColour(stream: { isTTY?: boolean }): boolean {
  return stream.isTTY === true && !process.env['NO_COLOR'];
}

/** The checkout, or the published package: both lay their folders out in the same way. */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The folder of the plugins that come with ProofPix. */
export const bundledPlugins = join(projectRoot, 'plugins');

/** The server that commands speak with when no option names one, and the token for it. */
export function serverSettings(): { url: string; token: string | undefined } {
  return { url: process.env['PROOFPIX_SERVER'] ?? 'http://127.0.0.1:8787', token: process.env['PROOFPIX_TOKEN'] };
}

/** Who signs packages with what, when no option says so. */
export function signingSettings(): { key: string | undefined; publisher: string | undefined } {
  return { key: process.env['PROOFPIX_KEY'], publisher: process.env['PROOFPIX_PUBLISHER'] };
}

/** What a server started here would use, as its own configuration reads it. */
export function serverEnvironment(): { dataDir: string; port: number; host: string; databaseUrl: string | undefined } {
  return {
    dataDir: resolve(projectRoot, process.env['DATA_DIR'] ?? 'data'),
    port: Number(process.env['PORT'] ?? '8787'),
    host: process.env['HOST'] ?? '127.0.0.1',
    databaseUrl: process.env['DATABASE_URL'],
  };
}

/** Who wrote a plugin, when nobody says. */
export function accountName(): string {
  return userInfo().username;
}
