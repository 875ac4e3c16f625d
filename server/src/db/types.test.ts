import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanText } from '@proofpix/host/clean-text';
import { openTestDatabase } from '../../test/test-database.ts';
import type { Database } from './database.ts';
import { jsonText } from './types.ts';

describe('values of the database', () => {
  let database: Database;
  beforeAll(async () => void (database = await openTestDatabase()));
  afterAll(() => database?.[Symbol.asyncDispose]());

  it('have the same JavaScript types on both databases', async () => {
    const { rows } = await sql`
      select 9007199254740991::bigint as big, count(*) as counted, sum(5::bigint) as summed, 1.5::numeric as exact, 0.25::float8 as float,
        '2026-01-02 03:04:05.678+00'::timestamptz as time, '2026-01-02'::date as day, '1 day 02:00'::interval as span,
        '\\x00ff'::bytea as bytes, '{"a": [1]}'::jsonb as object, 'null'::jsonb as nothing, '{x,y}'::text[] as texts,
        '{1,2}'::bigint[] as numbers, true as flag, 'a'::"char" as letter, '6f9619ff-8b86-4011-b42d-00c04fc964ff'::uuid as id`.execute(
      database.kysely,
    );
    expect(rows).toEqual([
      {
        big: Number.MAX_SAFE_INTEGER,
        counted: 1,
        summed: 5,
        exact: 1.5,
        float: 0.25,
        time: new Date('2026-01-02T03:04:05.678Z'),
        day: '2026-01-02',
        span: '1 day 02:00:00',
        bytes: Uint8Array.of(0, 255),
        object: { a: [1] },
        nothing: null,
        texts: ['x', 'y'],
        numbers: [1, 2],
        flag: true,
        letter: 'a',
        id: '6f9619ff-8b86-4011-b42d-00c04fc964ff',
      },
    ]);
    const [row] = rows as { bytes: Uint8Array }[]; // as selected above
    expect(Object.getPrototypeOf(row?.bytes)).toBe(Uint8Array.prototype);
  });

  it('refuse a number that JavaScript cannot hold instead of rounding it', async () => {
    await expect(sql`select 9007199254740993::bigint as big`.execute(database.kysely)).rejects.toThrow('too large');
    await expect(sql`select 1 as one`.execute(database.kysely)).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  it('go in alike', async () => {
    const bytes = Buffer.concat([Buffer.alloc(9), Buffer.from([1, 2])]).subarray(9); // a view of a bigger buffer
    const time = new Date('2026-01-02T03:04:05.678Z');
    const { rows } = await sql`
      select ${bytes}::bytea as bytes, ${time}::timestamptz as time, ${jsonText([1, 'x'])}::jsonb as list, ${jsonText('x')}::jsonb as text,
        ${12n}::bigint as big, ${null}::text as nothing, ${['a', 'b']}::text[] as texts, ${true}::boolean as flag, ${3}::int + 1 as four`.execute(
      database.kysely,
    );
    expect(rows).toEqual([
      {
        bytes: Uint8Array.of(1, 2),
        time,
        list: [1, 'x'],
        text: 'x',
        big: 12,
        nothing: null,
        texts: ['a', 'b'],
        flag: true,
        four: 4,
      },
    ]);
  });

  it('take text of photos with NUL and broken UTF-16, in values and in keys', async () => {
    const hostile = {
      'k\u0000': 'a\u0000b',
      list: ['\uD800', 'ok \u{1F600}'],
      'lone\uDC00': 1,
      ['__proto__x']: { deep: '\u0000' },
    };
    const { rows } = await sql<{ value: unknown }>`select ${jsonText(hostile)}::jsonb as value`.execute(
      database.kysely,
    );
    expect(rows[0]?.value).toEqual({
      'k\uFFFD': 'a\uFFFDb',
      list: ['\uFFFD', 'ok \u{1F600}'],
      'lone\uFFFD': 1,
      ['__proto__x']: { deep: '\uFFFD' },
    });
    const text = await sql<{ value: string }>`select ${cleanText('a\u0000b\uD800')}::text as value`.execute(
      database.kysely,
    );
    expect(text.rows[0]?.value).toBe('a\uFFFDb\uFFFD');
  });

  it('come with the error codes of PostgreSQL and the constraint that was hurt', async () => {
    const hurt = sql`insert into organisations (name) values ('')`.execute(database.owner);
    await expect(hurt).rejects.toMatchObject({
      code: '23514',
      constraint: 'organisations_name_check',
      table: 'organisations',
    });
  });

  it('are kept in a transaction only when all of it worked', async () => {
    const insert = (name: string, fail: boolean) =>
      database.owner.transaction().execute(async (tx) => {
        await tx.insertInto('organisations').values({ name }).execute();
        if (fail) throw new Error('changed my mind');
      });
    await expect(insert('kept', false)).resolves.toBeUndefined();
    await expect(insert('not kept', true)).rejects.toThrow('changed my mind');
    const names = await database.owner.transaction().execute(async (tx) => {
      await sql`select set_config('app.system', 'sign-in', true)`.execute(tx);
      return (await tx.selectFrom('organisations').select('name').execute()).map(({ name }) => name);
    });
    expect(names).toEqual(['kept']);
  });

  it('are not kept, and the caller is told, when a failed statement of the transaction was swallowed', async () => {
    const swallowed = database.owner.transaction().execute(async (tx) => {
      await tx.insertInto('organisations').values({ name: 'swallowed' }).execute();
      await sql`select 1 / 0`.execute(tx).catch(() => {});
    });
    await expect(swallowed).rejects.toThrow();
    await expect(database.ping()).resolves.toBeUndefined();
  });
});
