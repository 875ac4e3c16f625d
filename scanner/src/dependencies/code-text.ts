import { createHash } from 'node:crypto';

/** A file of code as text, for what bundlers leave in it. */
export type CodeText = { path: string; bytes: Uint8Array; source: string; isMain: boolean };

/** Gives lines from 1. Offsets mostly rise, and then no text is counted twice. */
export function lineCounter(source: string): (offset: number) => number {
  let counted = 0;
  let line = 1;
  return (offset) => {
    if (offset < counted) [counted, line] = [0, 1];
    for (let at = source.indexOf('\n', counted); at !== -1 && at < offset; at = source.indexOf('\n', at + 1)) {
      line += 1;
      counted = at + 1;
    }
    return line;
  };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
