import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Runner } from '@proofpix/host/runner-process';
import { argumentsOf, spawnConfined } from '@proofpix/host/spawn-runner';

/** More than a boot takes on the slowest machine we know, by far. */
const bootMilliseconds = 30_000;
const stageFile = fileURLToPath(new URL('./stage.ts', import.meta.url));

/** What Node is started with, and the shared libraries that it needs beside its own. */
export type ScannerProgram = { arguments: string[]; libraries: string[] };

let staged: Promise<ScannerProgram> | undefined;

/** Found out once. Another file, for tests, runs under the same restrictions. */
function scannerProgram(file: string | undefined): Promise<ScannerProgram> {
  if (file !== undefined) return Promise.resolve({ arguments: argumentsOf(file), libraries: [] });
  staged ??= stageScanner();
  // A failure is tried again by the next scan.
  staged.catch(() => (staged = undefined));
  return staged;
}

/** Makes the program if it is not there yet, and tells how it is started. @throws Error */
export async function stageScanner(): Promise<ScannerProgram> {
  const options = { cwd: '/', env: {}, timeout: 120_000 };
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', stageFile], options);
  return JSON.parse(stdout) as ScannerProgram; // printed by stage.ts
}

/** A process that scans one package, booted. @throws Error when it does not start in time */
export async function spawnScanner(options: { file: string | undefined; signal: AbortSignal }): Promise<Runner> {
  const { signal } = options;
  return spawnConfined({ ...(await scannerProgram(options.file)), from: 'scanner', bootMilliseconds, signal });
}
