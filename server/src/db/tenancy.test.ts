import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillTables } from '../../test/fill-tables.ts';
import { openTestDatabase } from '../../test/test-database.ts';
import type { Database } from './database.ts';
import { asSystem, withOrganisation } from './tenancy.ts';

/** Tables that belong to no organisation; every other one must be protected. */
const shared = [
  'announcements',
  'answers',
  'catalog_changes',
  'early_payment_messages',
  'email_changes',
  'followed_archives',
  'followed_files',
  'followed_marketplaces',
  'kill_entries',
  'ledger_lines',
  'ledger_transactions',
  'mails',
  'master_keys',
  'money_settings',
  'password_resets',
  'payment_disputes',
  'payout_accounts',
  'payouts',
  'plugin_prices',
  'question_flags',
  'questions',
  'stripe_events',
  'plugin_marketplace_cache',
  'marketplace_catalog',
  'marketplace_words',
  'rating_totals',
  'publisher_analytics',
  'publisher_analytics_days',
  'publisher_usage',
  'release_measurements',
  'releases',
  'recovery_codes',
  'schema_migrations',
  'second_factors',
  'signing_keys',
  'tax_rates',
  'trust_files',
  'trust_keys',
];

describe('organisations', () => {
  let database: Database;
  let first: Awaited<ReturnType<typeof fillTables>>;
  let second: Awaited<ReturnType<typeof fillTables>>;
  let tables: string[];

  beforeAll(async () => {
    database = await openTestDatabase();
    first = await fillTables(database, 'first');
    second = await fillTables(database, 'second');
    const { rows } = await sql<{ name: string }>`
      select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') order by 1`.execute(database.owner);
    tables = rows.map(({ name }) => name).filter((name) => !shared.includes(name));
  });
  afterAll(() => database?.[Symbol.asyncDispose]());

  const count = (name: string) => sql<{ count: number }>`select count(*) as count from ${sql.table(name)}`;
  const idColumn = (name: string) => sql.ref(name === 'organisations' ? 'id' : 'organisation_id');

  it('are protected on every tenant table, by policies that hold for its owner too', async () => {
    expect(tables.length).toBeGreaterThanOrEqual(24);
    const { rows } = await sql<{ name: string; forced: boolean; policies: string[] }>`
      select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
        array(select polname::text from pg_policy where polrelid = c.oid order by 1) as policies
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p')`.execute(database.owner);
    for (const name of tables) {
      expect(rows.find((row) => row.name === name)).toEqual({
        name,
        forced: true,
        policies: ['organisation_only', 'system_only'],
      });
    }
  });

  it('have rows in every tenant table of this test, so that the next ones prove something', async () => {
    await asSystem(database, 'first-start', async (tx) => {
      for (const name of tables) expect((await count(name).execute(tx)).rows, name).toEqual([{ count: 2 }]);
    });
  });

  it('give nothing to a query that names none', async () => {
    for (const name of tables) expect((await count(name).execute(database.kysely)).rows, name).toEqual([{ count: 0 }]);
    await database.kysely.transaction().execute(async (tx) => {
      for (const name of tables) expect((await count(name).execute(tx)).rows, name).toEqual([{ count: 0 }]);
    });
  });

  it('give nothing to the owner of the tables unless asSystem said why', async () => {
    await database.owner.transaction().execute(async (tx) => {
      await sql`select set_config('role', 'proofpix_owner', true)`.execute(tx);
      for (const name of tables) expect((await count(name).execute(tx)).rows, name).toEqual([{ count: 0 }]);
    });
  });

  it('see their own rows only', async () => {
    await withOrganisation(database, first.organisationId, async (tx) => {
      for (const name of tables) expect((await count(name).execute(tx)).rows, name).toEqual([{ count: 1 }]);
      const { rows } = await sql<{ id: string }>`select id from organisations`.execute(tx);
      expect(rows).toEqual([{ id: first.organisationId }]);
      expect((await tx.selectFrom('users').select('email').execute()).map(({ email }) => email)).toEqual([
        'first@example.org',
      ]);
    });
  });

  it('leave nothing of a transaction behind: the next query sees no organisation', async () => {
    await withOrganisation(database, first.organisationId, async () => {});
    await withOrganisation(database, first.organisationId, async () => Promise.reject(new Error('failed'))).catch(
      () => {},
    );
    expect((await count('runs').execute(database.kysely)).rows).toEqual([{ count: 0 }]);
  });

  it('cannot move a row to another organisation, in any table', async () => {
    for (const name of tables.filter((table) => table !== 'users')) {
      const moved = withOrganisation(database, first.organisationId, (tx) =>
        sql`update ${sql.table(name)} set ${idColumn(name)} = ${second.organisationId}`.execute(tx),
      );
      await expect(moved, name).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('cannot insert for another organisation', async () => {
    const rows = {
      batches: {},
      files: { sha256: 'ab'.repeat(32), name: 'a', type: 'b', size: 1 },
      jobs: { kind: 'install' },
    } as const;
    for (const [name, row] of Object.entries(rows)) {
      const inserted = withOrganisation(database, first.organisationId, (tx) =>
        // The names are three of the tables, with what each of them needs.
        tx
          .insertInto(name as 'batches')
          .values({ ...row, organisation_id: second.organisationId })
          .execute(),
      );
      await expect(inserted, name).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('cannot change or delete what is not theirs: it behaves as missing', async () => {
    await withOrganisation(database, first.organisationId, async (tx) => {
      for (const id of [second.installationId, randomUUID()]) {
        expect(await tx.selectFrom('plugins').selectAll().where('id', '=', id).execute()).toEqual([]);
        expect(
          await tx.updateTable('plugins').set({ state: 'failed' }).where('id', '=', id).returning('id').execute(),
        ).toEqual([]);
        expect(await tx.deleteFrom('plugins').where('id', '=', id).returning('id').execute()).toEqual([]);
      }
    });
  });

  it('cannot tell a foreign id from a missing one by pointing at it', async () => {
    // Foreign keys are checked without row-level security; they carry the organisation for this reason.
    const point = (installation_id: string) =>
      withOrganisation(database, first.organisationId, (tx) =>
        tx
          .insertInto('plugin_logs')
          .values({ organisation_id: first.organisationId, installation_id, level: 'info', message: '' })
          .execute(),
      );
    for (const id of [second.installationId, randomUUID()])
      await expect(point(id)).rejects.toMatchObject({ code: '23503' });
    await expect(point(first.installationId)).resolves.toBeDefined();
  });

  it('cannot make people or organisations, nor touch the marketplace', async () => {
    const attempts = [
      `insert into organisations (name) values ('mine')`,
      `insert into users (email, name) values ('x@example.org', 'x')`,
      `update users set is_operator = true`,
      `update organisations set plan = 'enterprise'`,
      `delete from plugin_marketplace_cache`,
      `update users set is_reviewer = true`,
      `update releases set yank_reason = 'x', yanked_at = now()`,
      `select * from schema_migrations`,
      `insert into plugin_prices (publisher, plugin_id, kind, amount, currency) values ('a', 'a', 'free', 0, 'EUR')`,
      `update orders set state = 'cancelled'`,
      `update licences set ends_at = null`,
      `select * from publisher_analytics`,
      `select * from publisher_usage`,
      `select * from ledger_lines`,
      `update money_settings set fee_basis_points = 0`,
      `select * from questions`,
      `delete from answers`,
      `update announcements set title = 'x'`,
      `update support_requests set first_answer_at = now()`,
      `update support_messages set side = 'publisher'`,
      `insert into support_messages (side, text) values ('publisher', 'x')`,
      `delete from support_messages`,
    ];
    for (const attempt of attempts) {
      const made = withOrganisation(database, first.organisationId, (tx) => sql.raw(attempt).execute(tx));
      await expect(made, attempt).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('refer to each other with the organisation in the key, so that no row can hang on a foreign one', async () => {
    const { rows } = await sql<{ name: string; on: string; to: string }>`
      select c.conrelid::regclass || ' ' || c.conname as name, c.conrelid::regclass::text as on, c.confrelid::regclass::text as to
      from pg_constraint c
      where c.contype = 'f' and c.connamespace = 'public'::regnamespace
        and c.confrelid not in ('organisations'::regclass, 'users'::regclass)
        and not exists (select from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any (c.conkey) and a.attname = 'organisation_id')`.execute(
      database.owner,
    );
    // What belongs to no organisation can be nobody else's; nor is what hangs on it seen by one.
    const ours = rows.filter(({ on, to }) => !shared.includes(on) && !shared.includes(to));
    expect(ours.map(({ name }) => name)).toEqual([]);
  });

  it('answer foreign keys by an index, so that deleting does not read whole tables', async () => {
    const { rows } = await sql<{ name: string }>`
      select c.conrelid::regclass || ' ' || c.conname as name from pg_constraint c
      where c.contype = 'f' and c.connamespace = 'public'::regnamespace
        and not exists (
          select from pg_index i where i.indrelid = c.conrelid
            and (string_to_array(i.indkey::text, ' ')::int2[])[1:cardinality(c.conkey)] @> c.conkey)`.execute(
      database.owner,
    );
    expect(rows).toEqual([]);
  });

  it('find the caller of a token without an organisation, and nothing for a wrong or expired one', async () => {
    const find = async (token: string) =>
      (await sql`select * from find_caller(${new TextEncoder().encode(token)}, null)`.execute(database.kysely)).rows;
    expect(await find('first session')).toEqual([
      expect.objectContaining({
        credential: 'cookie',
        user_id: first.userId,
        organisation_id: first.organisationId,
        role: 'owner',
        plan: 'free',
        is_operator: false,
      }),
    ]);
    expect(await find('second token')).toEqual([
      expect.objectContaining({ credential: 'api_token', organisation_id: second.organisationId }),
    ]);
    expect(await find('first code')).toEqual([]);
    expect(await find('wrong')).toEqual([]);
    await asSystem(database, 'sign-in', (tx) =>
      tx
        .updateTable('sessions')
        .set({ expires_at: new Date(0) })
        .execute(),
    );
    expect(await find('first session')).toEqual([]);
    expect((await count('sessions').execute(database.kysely)).rows).toEqual([{ count: 0 }]);
  });

  it('take everything with them when they are deleted', async () => {
    const third = await fillTables(database, 'third');
    await asSystem(database, 'create-organisation', async (tx) => {
      await tx.deleteFrom('organisations').where('id', '=', third.organisationId).execute();
      for (const name of tables.filter((table) => table !== 'users')) {
        const { rows } =
          await sql`select from ${sql.table(name)} where ${idColumn(name)} = ${third.organisationId}`.execute(tx);
        expect(rows, name).toEqual([]);
      }
    });
  });
});
