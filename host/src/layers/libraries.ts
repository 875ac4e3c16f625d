import { execFile } from 'node:child_process';

/** The shared libraries that a program is linked with, by asking the loader; null where it does not say (musl). */
export function librariesOf(program: string): Promise<string[] | null> {
  return new Promise((resolve) => {
    const options = { env: { LD_TRACE_LOADED_OBJECTS: '1' }, timeout: 5_000, maxBuffer: 64 * 1024 };
    // A loader that does not know the variable runs the program: not for long.
    execFile(program, ['--version'], options, (error, stdout) => {
      const paths = [...stdout.matchAll(/(?:^|=>)\s+(\/\S+) \(0x/gm)].map(([, path]) => path ?? '');
      resolve(error === null && paths.length > 0 ? paths : null);
    });
  });
}
