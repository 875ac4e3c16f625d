import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { migrations } from '../migrations/list.ts';

/**
 * Initialising and migrating a database takes seconds of processor time, so the install does it once (`prepare.ts`) and
 * the first start copies. The template lies where npm puts what belongs to the install, and goes with it.
 */
export function templateFolder(): string {
  const hash = createHash('sha256');
  for (const name of ['@electric-sql/pglite', 'pg-boss']) {
    hash.update(readFileSync(new URL('../package.json', import.meta.resolve(name))));
  }
  for (const { sql } of migrations) hash.update(sql);
  const name = `database-${hash.digest('hex').slice(0, 16)}`;
  return fileURLToPath(new URL(`../../../../node_modules/.cache/proofpix/${name}`, import.meta.url));
}

/** Puts an initialised, empty database into an empty folder. */
export function initialise(folder: string): void {
  const template = templateFolder();
  if (existsSync(template)) return cpSync(template, folder, { recursive: true });
  // A process of its own: it needs half a gigabyte for a moment, and half the time without optimising.
  const script = fileURLToPath(new URL('./initialise.ts', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, ['--liftoff-only', script, folder], {
    env: {},
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`It could not be initialised: ${stderr.trim().split('\n').at(-1)}`);
}
