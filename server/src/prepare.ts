/**
 * Makes what a first start would otherwise make itself: the template from which it copies its database, the packages
 * of our own plugins, and the program that reads those of others. Without it the first start takes some seconds more. The install runs it: `node server/src/prepare.ts`.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from './db/database.ts';
import { readyMark } from './db/pglite/messages.ts';
import { templateFolder } from './db/pglite/template.ts';
import { createLog } from './log.ts';
import { packBundled } from '@proofpix/pack/pack-bundled';
import { readBundled } from './features/marketplace/read-bundled.ts';
import { stageScanner } from '@proofpix/intake/scanner-program';
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

async function preparePackages(): Promise<void> {
  const packageRoot = fileURLToPath(new URL('../../', import.meta.url));
  for (const { archivePath } of await readBundled(join(packageRoot, 'plugins'), createLog('error')))
    await packBundled(packageRoot, archivePath);
}

if (import.meta.main) {
  await prepareTemplate();
  await preparePackages();
  await stageScanner();
}
