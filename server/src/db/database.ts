import type { Kysely } from 'kysely';
import type { Db } from 'pg-boss';
import type { Tables } from './tables.ts';

export type DatabaseOptions = {
  /** Folder of the embedded database; unused with `databaseUrl`. */
  dataDir: string;
  /** PostgreSQL 15 or newer instead of the embedded database. */
  databaseUrl?: string | undefined;
  /** A non-owner login of the operator's own for requests; by default one is created. */
  appDatabaseUrl?: string | undefined;
};

export type Database = AsyncDisposable & {
  kind: 'pglite' | 'postgres';
  /** Requests. Only through `withOrganisation`: on its own it sees no row of any tenant table. */
  kysely: Kysely<Tables>;
  /** Only for `asSystem`. */
  owner: Kysely<Tables>;
  /** Whether a request's transaction takes its role itself, because there is no login of its own for requests. */
  setsRole: boolean;
  /** What pg-boss works on. */
  bossDb: Db;
  /** Rejects when the database cannot answer. */
  ping(): Promise<void>;
  /** Called when the database is lost for good (the embedded one's thread ended): the server should end with this error. */
  onLost(listener: (error: Error) => void): void;
};

/** Opens, migrates, and answers when it can be used. Errors carry one sentence for the operator. */
export async function openDatabase(_options: DatabaseOptions): Promise<Database> {
  throw new Error('replaced by the implementation');
}
