import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { ConstructorOptions } from 'pg-boss';
import type { Executor } from './executor.ts';
import { lockDirectory } from './pglite/directory-lock.ts';
import { openEmbedded, type Session } from './pglite/embedded.ts';
import type { Tables } from './tables.ts';
import { ensureTrigrams } from './trigrams.ts';

export type DatabaseOptions = {
  /** The embedded database is `<dataDir>/database`. Locked in any case: the objects lie in this folder too. */
  dataDir: string;
  /** PostgreSQL 15 or newer instead of the embedded database. */
  databaseUrl?: string | undefined;
  /** A non-owner login of the operator's own for requests; by default one is made. */
  appDatabaseUrl?: string | undefined;
};

export type Database = AsyncDisposable & {
  kind: 'pglite' | 'postgres';
  /** Requests. Only through `withOrganisation`: on its own it sees no row of any tenant table. */
  kysely: Kysely<Tables>;
  /** Only for `asSystem`. */
  owner: Kysely<Tables>;
  /** What the operator should know, for the log. */
  warnings: readonly string[];
  /** Where pg-boss works. */
  bossOptions: Pick<ConstructorOptions, 'db' | 'backend' | 'connectionString' | 'max'>;
  /** Only for the queue, whose tables belong to pg-boss. */
  execAsOwner(sql: string): Promise<void>;
  /** Hears what any server of this database notified, after its commit. Some may be missed while a connection is lost. */
  listen(channel: string, listener: (payload: string) => void): Promise<AsyncDisposable>;
  /** Rejects when the database cannot answer. */
  ping(): Promise<void>;
  /** Called when the database is lost for good (the embedded one's thread ended and did not come back). */
  onLost(listener: (error: Error) => void): void;
  /** How often the embedded database brought its writes to the disk; undefined with PostgreSQL. */
  countSyncs?(): Promise<number>;
};

/** Opens and migrates the database. @throws OperatorError with one sentence for whoever runs the server */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  await using stack = new AsyncDisposableStack();
  const { databaseUrl, appDatabaseUrl, dataDir } = options;
  stack.use(await lockDirectory(dataDir));
  if (databaseUrl !== undefined) {
    const { openPostgres } = await import('./postgres.ts');
    const postgres = stack.use(await openPostgres(databaseUrl, appDatabaseUrl));
    const opened = stack.move();
    return { ...postgres, [Symbol.asyncDispose]: () => opened.disposeAsync() };
  }
  const folder = join(dataDir, 'database');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const opening = openEmbedded({ folder });
  // The rest of the code is read while the database opens in its thread: half a second of each start.
  const reading = Promise.all([import('kysely'), import('pg-boss'), import('./migrate.ts')]);
  reading.catch(() => {}); // told below; the thread must be known to the stack first
  const embedded = stack.use(await opening);
  const [{ Kysely, PGliteDialect }, { fromPglite }, { migrate }] = await reading;
  const owner = embedded.session('postgres');
  const executor: Executor = {
    exec: async (sql) => void (await owner.exec(sql)),
    query: async <Row>(sql: string, parameters?: readonly unknown[]) => (await owner.query<Row>(sql, parameters)).rows,
  };
  await migrate(executor);
  await ensureTrigrams(executor);
  const requests = embedded.session('proofpix_app');
  // Kysely keeps a lock of its own around each; both share the connection's.
  const openKysely = (session: Session) => new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: session }) });
  const opened = stack.move();
  return {
    kind: 'pglite',
    kysely: openKysely(requests),
    owner: openKysely(owner),
    warnings: [],
    bossOptions: { db: fromPglite(owner), backend: 'pglite' },
    execAsOwner: async (sql) => void (await owner.exec(sql)),
    async listen(channel, listener) {
      const stop = await owner.listen(channel, listener);
      return { [Symbol.asyncDispose]: stop };
    },
    async ping() {
      await requests.query('select 1');
    },
    onLost: (listener) => embedded.onLost(listener),
    countSyncs: () => embedded.countSyncs(),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
