import { readFile, realpath } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';

/** One entry of an index.json. */
export type Snippet = {
  /** Path below the folder of the index: a file, or a folder that is a whole package. */
  file: string;
  technique: string;
  /** `escape`, `dos`, `load` or any other text: what is judged is the same for all. */
  kind: string;
};

/** How one ended. `clean`: it got nothing and harmed nobody, whatever it was answered. */
export const outcomes = [
  'clean',
  'escape',
  'pollution',
  'crash',
  'stall',
  'late',
  'tamper',
  'missing',
  'broken',
] as const;
export type Outcome = (typeof outcomes)[number];

export type Judgement = {
  file: string;
  kind: string;
  outcome: Outcome;
  ms: number;
  /** What the sandbox said: `ok` or the code of its error. */
  answer: string;
  /** Why the outcome is what it is. */
  detail?: string;
  /** Longest time in milliseconds that a neighbour needed to answer meanwhile. */
  neighbour?: number;
};

/** Reads the index of a folder. @throws Error when there is none, or nothing in it */
export async function readIndex(folder: string): Promise<Snippet[]> {
  const parsed: unknown = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
  const listed = Array.isArray(parsed)
    ? parsed
    : Object.values(parsed as object).find((value): value is unknown[] => Array.isArray(value)); // JSON text
  if (listed === undefined || listed.length === 0) throw new Error('index.json lists nothing.');
  return listed.map((entry: unknown, index) => {
    const fields = (typeof entry === 'object' && entry !== null ? entry : { file: entry }) as Record<string, unknown>; // unknown until looked at
    const text = (name: string, missing: string) => {
      const value = fields[name];
      return typeof value === 'string' && value !== '' ? value : missing;
    };
    return { file: text('file', `entry ${index}`), technique: text('technique', ''), kind: text('kind', 'unknown') };
  });
}

/** Where a snippet lies; null when it is not there, or not below the folder. */
export async function locate(folder: string, file: string): Promise<string | null> {
  try {
    const [top, path] = await Promise.all([realpath(folder), realpath(resolve(folder, file))]);
    return path.startsWith(top + sep) ? path : null;
  } catch {
    return null;
  }
}
