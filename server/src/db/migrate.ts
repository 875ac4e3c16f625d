import { createHash } from 'node:crypto';
import { OperatorError } from '../operator-error.ts';
import { quoteText, type Executor } from './executor.ts';
import { migrations as all, type Migration } from './migrations/list.ts';
import { ensureRoles } from './roles.ts';

/** The lock of migrations: any number, the same in all versions. */
const lockNumber = 7_267_149_011;

/**
 * Brings the database to the newest migration, each in a transaction of its own; several servers that start together do
 * it one after the other.
 * @throws OperatorError when the database is newer than this version, or a released migration was changed
 */
export async function migrate(executor: Executor, migrations: readonly Migration[] = all): Promise<void> {
  await oneServerAtATime(executor, async () => {
    const applied = await appliedMigrations(executor);
    const pending = pendingMigrations(applied, migrations);
    if (pending.length === 0) return;
    await ensureRoles(executor);
    for (const migration of pending) await run(executor, migration);
  });
}

/**
 * For what changes the schema or the roles at a start: "if not exists" alone fails where two servers find at the same
 * moment that it does not. The same connection may take it again inside.
 */
export async function oneServerAtATime<Result>(executor: Executor, work: () => Promise<Result>): Promise<Result> {
  await executor.query(`select pg_advisory_lock(${lockNumber})`);
  try {
    return await work();
  } finally {
    await executor.query(`select pg_advisory_unlock(${lockNumber})`);
  }
}

type Applied = { name: string; checksum: string };

async function appliedMigrations(executor: Executor): Promise<Applied[]> {
  const [found] = await executor.query<{ exists: boolean }>(
    `select to_regclass('public.schema_migrations') is not null as exists`,
  );
  if (!found?.exists) return [];
  return executor.query<Applied>('select name, checksum from public.schema_migrations order by name');
}

function pendingMigrations(applied: readonly Applied[], migrations: readonly Migration[]): readonly Migration[] {
  for (const [index, { name, checksum }] of applied.entries()) {
    const known = migrations[index];
    if (known === undefined || known.name !== name) {
      throw new OperatorError(
        `The database was set up by another version of ProofPix (it has "${name}", which this one does not know): start the newer version.`,
      );
    }
    if (checksumOf(known) !== checksum) {
      throw new OperatorError(
        `The migration "${name}" is not the one this database was set up with: use an unchanged version of ProofPix.`,
      );
    }
  }
  return migrations.slice(applied.length);
}

async function run(executor: Executor, migration: Migration): Promise<void> {
  const bookkeeping = `insert into public.schema_migrations (name, checksum) values (${quoteText(migration.name)}, ${quoteText(checksumOf(migration))})`;
  try {
    // One message: together or not at all, also where the process ends in the middle.
    await executor.exec(`begin;
      create table if not exists public.schema_migrations (
        name text primary key, checksum text not null, applied_at timestamptz(3) not null default clock_timestamp());
      set local role proofpix_owner; ${migration.sql}; reset role; ${bookkeeping}; commit;`);
  } catch (error) {
    await executor.exec('rollback');
    throw new Error(`The migration "${migration.name}" failed: ${(error as Error).message}`, { cause: error }); // a driver's error
  }
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}
