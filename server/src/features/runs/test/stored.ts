import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { asSystem } from '../../../db/tenancy.ts';
import type { TestServer } from '../../../../test/start-server.ts';

const tables = [
  'files',
  'batches',
  'runs',
  'run_steps',
  'run_files',
  'exports',
  'export_files',
  'cases',
  'exhibits',
  'notes',
] as const;

/** Everything that runs and cases leave behind: how many rows in each table, and which files lie in the object store. */
export async function stored(server: TestServer): Promise<{ rows: Record<string, number>; objects: string[] }> {
  const rows = await asSystem(server.db, 'prune', async (tx) => {
    const counts: Record<string, number> = {};
    for (const table of tables) {
      const found = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(tx);
      counts[table] = found.rows[0]?.count ?? 0;
    }
    return counts;
  });
  const entries = await readdir(join(server.dataDir, 'objects'), { recursive: true, withFileTypes: true });
  const objects = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return { rows, objects };
}
