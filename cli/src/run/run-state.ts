import { open } from 'node:fs/promises';
import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { CommandFailure } from '../failure.ts';

const kind = 'proofpix-run-state';

/** A photo that is finished: what it was, and with which plugins and settings. */
const Entry = Type.Object({
  photo: Type.String(),
  size: Type.Integer(),
  mtimeMs: Type.Number(),
  sha256: Type.String(),
  key: Type.String(),
});
export type StateEntry = Static<typeof Entry>;

export type RunState = AsyncDisposable & {
  finished: ReadonlyMap<string, StateEntry>;
  add(entry: StateEntry): Promise<void>;
};

/** A state of half a million photos; a file that is larger is something else. */
const mostBytes = 256 * 1024 * 1024;

/**
 * The file by which an interrupted run goes on: a line for each finished photo, written after its results. A line that
 * was cut off when the machine stopped is cut away: its photo runs again.
 * @throws CommandFailure when the file is something else
 */
export async function openRunState(path: string): Promise<RunState> {
  const file = await open(path, 'a+');
  try {
    const finished = new Map<string, StateEntry>();
    const { size } = await file.stat();
    if (size > mostBytes) throw notOurs(path);
    const text = await file.readFile('utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const lines = whole.split('\n').filter((line) => line !== '');
    if (size > 0 && !isHead(lines.shift(), text)) throw notOurs(path);
    for (const line of lines) {
      const entry = parsed(line);
      if (Check(Entry, entry)) finished.set(entry.photo, entry);
    }
    if (whole.length < text.length) await file.truncate(Buffer.byteLength(whole));
    if (whole === '') await file.appendFile(`${JSON.stringify({ kind, version: 1 })}\n`);
    // One write at a time: lines of two photos must not run into one another.
    let last: Promise<void> = Promise.resolve();
    return {
      finished,
      add(entry) {
        last = last.then(async () => {
          await file.appendFile(`${JSON.stringify(entry)}\n`);
          await file.datasync();
        });
        return last;
      },
      async [Symbol.asyncDispose]() {
        await last.catch(() => {});
        await file.close();
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Its first line, or the beginning of it where even that was cut off. */
function isHead(line: string | undefined, text: string): boolean {
  const head = JSON.stringify({ kind, version: 1 });
  return line === head || (line === undefined && head.startsWith(text));
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function notOurs(path: string): CommandFailure {
  return new CommandFailure(`${path} is not a state file of proofpix run: it is left as it is.`, {
    hints: ['Name another file, or one that does not exist yet.'],
  });
}
