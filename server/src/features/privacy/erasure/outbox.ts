import { readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { textsInMail } from './search-bytes.ts';

async function mailsIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // there was never a mail
    throw error;
  }
}

/** Deletes the mails to somebody or about them. */
export async function eraseOutbox(folder: string, names: (text: string) => boolean): Promise<number> {
  let erased = 0;
  for (const path of await mailsIn(folder)) {
    const bytes = await readFile(path).catch(() => null); // taken away meanwhile
    if (bytes === null || ![...textsInMail(bytes)].some(names)) continue;
    await unlink(path);
    erased += 1;
  }
  return erased;
}

/** Mails that lie there since before a time. */
export async function emptyOutbox(folder: string, before: Date): Promise<number> {
  let old = 0;
  for (const path of await mailsIn(folder)) {
    const status = await stat(path).catch(() => null); // taken away meanwhile
    if (status === null || status.mtime >= before) continue;
    await unlink(path);
    old += 1;
  }
  return old;
}
