import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../test/test-database.ts';
import type { Database } from './database.ts';
import type { Executor } from './executor.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/list.ts';
import { describeSchema } from '../../test/describe-schema.ts';

describe('migrations', () => {
  let database: Database;
  let executor: Executor;

  beforeAll(async () => {
    database = await openTestDatabase();
    executor = {
      exec: (text) => database.execAsOwner(text),
      query: async <Row>(text: string, parameters: readonly unknown[] = []) => {
        // Kysely's way to a statement that is text: its parameters are numbered in it already.
        const query = { ...sql.raw<Row>(text).compile(database.owner), parameters: [...parameters] };
        return (await database.owner.executeQuery<Row>(query)).rows;
      },
    };
  });
  afterAll(() => database?.[Symbol.asyncDispose]());

  it('make the schema of the snapshot, the same on both databases', async () => {
    await expect(await describeSchema(database)).toMatchFileSnapshot('./schema.snapshot.txt');
  });

  it('do nothing on a database that has them all', async () => {
    const before = await describeSchema(database);
    await migrate(executor);
    expect(await describeSchema(database)).toBe(before);
  });

  it('refuse a database that a newer version set up, with one sentence', async () => {
    await expect(migrate(executor, migrations.slice(0, -1))).rejects.toThrow(
      `The database was set up by another version of ProofPix (it has "${migrations.at(-1)?.name}", which this one does not know): start the newer version.`,
    );
  });

  it('refuse to go on where a released one was changed', async () => {
    const changed = migrations.map((migration, index) =>
      index === 0 ? { ...migration, sql: `${migration.sql} -- changed` } : migration,
    );
    await expect(migrate(executor, changed)).rejects.toThrow('is not the one this database was set up with');
  });

  it('leave nothing of one that fails, and name it', async () => {
    const broken = [...migrations, { name: '9998-broken', sql: 'create table half_made (id int); select 1 / 0' }];
    await expect(migrate(executor, broken)).rejects.toThrow('The migration "9998-broken" failed: division by zero');
    expect(await executor.query(`select to_regclass('half_made') as name`)).toEqual([{ name: null }]);
    await expect(migrate(executor)).resolves.toBeUndefined();
  });

  it('make tables that belong to proofpix_owner and keep times of updates', async () => {
    expect(
      await executor.query(
        `select distinct tableowner::text as owner from pg_tables where schemaname = 'public' and tablename <> 'schema_migrations'`,
      ),
    ).toEqual([{ owner: 'proofpix_owner' }]);
    const [times] = await executor.query<{ later: boolean }>(`
      with made as (insert into plugin_marketplace_cache (source, publisher, plugin_id, version, listing)
        values ('bundled', 'proofpix', 'a', '1.0.0', '{"name": "A photo reader", "type": "processor", "category": "other"}') returning *)
      select updated_at >= created_at as later from made`);
    expect(times).toEqual({ later: true });
    const [updated] = await executor.query<{ later: boolean; found: boolean }>(`
      update plugin_marketplace_cache set updated_at = '2000-01-01', version = '1.0.1'
      returning updated_at > '2020-01-01' as later, search @@ websearch_to_tsquery('english', 'photos') as found`);
    expect(updated).toEqual({ later: true, found: true });
  });

  it('give ids that sort by the time they were made', async () => {
    const rows = await executor.query<{ id: string }>('select new_id() as id from generate_series(1, 200)');
    const ids = rows.map(({ id }) => id);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(200);
    const times = ids.map((id) => id.slice(0, 18));
    expect(times).toEqual(times.toSorted());
  });

  it('add histograms up', async () => {
    expect(
      await executor.query(
        `select merge_counts('{"1": 2, "5": 1}', '{"5": 3, "9": 4}') as sum, merge_counts('{}', '{}') as none`,
      ),
    ).toEqual([{ sum: { 1: 2, 5: 4, 9: 4 }, none: {} }]);
  });
});
