import { createHash, randomBytes } from 'node:crypto';
import { existsSync, statfsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { readEnvironment } from '../src/config.ts';
import { openDatabase, type Database } from '../src/db/database.ts';
import { migrations } from '../src/db/migrations/list.ts';
import { readyMark } from '../src/db/pglite/messages.ts';
import { createLog } from '../src/log.ts';
import { prepareTemplate } from '../src/prepare.ts';
import { openQueue } from '../src/queue.ts';

/** Where a test's server or database may live; everything of it is gone after disposal. */
export type TestStorage = AsyncDisposable & {
  dataDir: string;
  /** Set when the suite runs on PostgreSQL: `DATABASE_URL=… npm test`. */
  databaseUrl: string | undefined;
};

/** PostgreSQL to test on; the embedded database where it is not set. */
export const testDatabaseUrl: string | undefined = readEnvironment().DATABASE_URL || undefined;

/**
 * A fresh data folder with a migrated, empty database: the embedded one copied from the template of the
 * install (initialising takes seconds), or a database of its own on the PostgreSQL of DATABASE_URL.
 */
export async function makeTestStorage(): Promise<TestStorage> {
  const dataDir = await mkdtemp(join(quickFolder(), 'proofpix-test-'));
  const removeFolder = () => rm(dataDir, { recursive: true, force: true });
  if (testDatabaseUrl === undefined) {
    await cp(await prepareTemplate(), join(dataDir, 'database'), { recursive: true });
    await writeFile(join(dataDir, 'database', readyMark), '');
    return { dataDir, databaseUrl: undefined, [Symbol.asyncDispose]: removeFolder };
  }
  const template = await postgresTemplate(testDatabaseUrl);
  const name = `proofpix_test_${randomBytes(6).toString('hex')}`;
  await administrate(testDatabaseUrl, `create database ${name} template ${template}`);
  return {
    dataDir,
    databaseUrl: onDatabase(testDatabaseUrl, name),
    async [Symbol.asyncDispose]() {
      await removeFolder();
      await administrate(testDatabaseUrl, `drop database ${name} with (force)`);
    },
  };
}

/** A migrated, empty database of the kind the suite runs on. */
export async function openTestDatabase(): Promise<Database & { dataDir: string }> {
  await using stack = new AsyncDisposableStack();
  const storage = stack.use(await makeTestStorage());
  const database = stack.use(await openDatabase(storage));
  const opened = stack.move();
  return { ...database, dataDir: storage.dataDir, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Changes with everything that the template is made from. */
async function templateName(): Promise<string> {
  const hash = createHash('sha256');
  for (const { sql } of migrations) hash.update(sql);
  for (const file of [
    '../package.json',
    '../src/queue.ts',
    '../src/db/queue-tables.ts',
    '../src/db/roles.ts',
    '../src/db/migrate.ts',
  ]) {
    hash.update(await readFile(new URL(file, import.meta.url)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function postgresTemplate(url: string): Promise<string> {
  const name = `proofpix_template_${await templateName()}`;
  const client = await connect(url);
  try {
    await client.query('select pg_advisory_lock(7267149012)'); // held until the connection ends
    const { rowCount } = await client.query('select from pg_database where datname = $1 and datistemplate', [name]);
    if (rowCount === 1) return name;
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name}`);
    const dataDir = await mkdtemp(join(quickFolder(), 'proofpix-template-'));
    await prepare({ dataDir, databaseUrl: onDatabase(url, name) });
    await rm(dataDir, { recursive: true, force: true });
    // The mark says that it is whole; nobody may connect, or it could not be copied.
    await client.query(`alter database ${name} with is_template true allow_connections false`);
    return name;
  } finally {
    await client.end();
  }
}

async function prepare(options: { dataDir: string; databaseUrl: string | undefined }): Promise<void> {
  await mkdir(options.dataDir, { recursive: true });
  await using database = await openDatabase(options);
  await (await openQueue(database, createLog('error')))[Symbol.asyncDispose](); // makes its tables
}

async function administrate(url: string, sql: string): Promise<void> {
  const client = await connect(url);
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

function onDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** Where a database of 1,200 small files is copied in a tenth of the time: in memory, where there is plenty of it. */
function quickFolder(): string {
  const memory = '/dev/shm';
  if (process.platform !== 'linux' || !existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 2 * 1024 ** 3 ? memory : tmpdir();
}
