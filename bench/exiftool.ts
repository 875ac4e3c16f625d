import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** The rival: exiftool kept open, as programs use it that read many photos. */
export type Exiftool = AsyncDisposable & {
  version: string;
  /** Reads one photo as JSON with plain numbers; gives how many tags it found. */
  read(path: string): Promise<number>;
};

/** Null where exiftool is not installed. */
export function startExiftool(): Exiftool | null {
  const version = versionOf();
  if (version === null) return null;
  const child = spawn('exiftool', ['-stay_open', 'True', '-@', '-'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    version,
    async read(path) {
      child.stdin.write(`-json\n-n\n${path}\n-execute\n`);
      const said: string[] = [];
      for (let line = await lines.next(); line.done !== true && line.value !== '{ready}'; line = await lines.next())
        said.push(line.value);
      const [tags] = JSON.parse(said.join('\n')) as [Record<string, unknown>]; // exiftool -json gives a list of one
      return Object.keys(tags).length;
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end('-stay_open\nFalse\n');
      await ended;
    },
  };
}

function versionOf(): string | null {
  try {
    return execFileSync('exiftool', ['-ver'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}
