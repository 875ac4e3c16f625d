import { sql } from 'kysely';
import type { Database } from './database.ts';

/** pg-boss keeps its tables in a schema of its own, as the user of DATABASE_URL. */
export const queueSchema = 'pgboss';

/**
 * Lets a transaction, a request's or the system's, put jobs into queues and nothing more: it can neither read nor change
 * what others put there. Tables that pg-boss makes later get the same.
 */
export async function grantSending(database: Database): Promise<void> {
  const { rows } = await sql<{ granted: boolean }>`
    select bool_and(has_schema_privilege(role, ${queueSchema}, 'usage')
      and has_table_privilege(role, ${`${queueSchema}.job`}, 'insert')) as granted
    from unnest(array['proofpix_app', 'proofpix_owner']) as role`.execute(database.owner);
  if (rows[0]?.granted) return;
  await database.execAsOwner(`
    grant usage on schema ${queueSchema} to proofpix_app, proofpix_owner;
    grant insert, select (id, start_after) on ${queueSchema}.job to proofpix_app, proofpix_owner;
    grant insert, select (id, start_after) on ${queueSchema}.job_common to proofpix_app, proofpix_owner;
    grant select on ${queueSchema}.queue to proofpix_app, proofpix_owner;
  `);
}

/** Jobs that were being worked on when the server ended. Only true where nobody else can be working on them. */
export async function interruptedJobs(database: Database, name: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from ${sql.table(`${queueSchema}.job`)} where name = ${name} and state = 'active'`.execute(
    database.owner,
  );
  return rows.map(({ id }) => id);
}
