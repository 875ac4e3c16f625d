/**
 * Makes the template from which a first start copies its database; without it the first start takes some seconds more.
 * The install runs it: `node server/src/prepare.ts`.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openDatabase } from './db/database.ts';
import { readyMark } from './db/pglite/messages.ts';
import { templateFolder } from './db/pglite/template.ts';
import { createLog } from './log.ts';
import { openQueue } from './queue.ts';

/** Gives the folder of a whole, empty, embedded database, which nobody may open. */
export async function prepareTemplate(): Promise<string> {
  const template = templateFolder();
  if (existsSync(template)) return template;
  await mkdir(dirname(template), { recursive: true });
  const own = await mkdtemp(`${template}.`);
  try {
    {
      await using database = await openDatabase({ dataDir: own });
      await (await openQueue(database, createLog('error')))[Symbol.asyncDispose](); // makes its tables
    }
    await rm(join(own, 'database', readyMark)); // a copy gets its own, once it is on disk
    await rename(join(own, 'database'), template); // whole or not at all
  } catch (error) {
    if (!existsSync(template)) throw error; // another one was quicker
  } finally {
    await rm(own, { recursive: true, force: true });
  }
  return template;
}

if (import.meta.main) await prepareTemplate();
