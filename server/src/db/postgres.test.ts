import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabaseUrl } from '../../test/test-database.ts';
import { openDatabase } from './database.ts';
import { checkVersion } from './postgres.ts';

describe('PostgreSQL', () => {
  let dataDir: string;
  beforeAll(async () => void (dataDir = await mkdtemp(join(tmpdir(), 'proofpix-test-'))));
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it('that cannot be reached is named in one sentence, without its password, and the data folder is free again', async () => {
    const { port } = await freePort();
    const opened = openDatabase({
      dataDir,
      databaseUrl: `postgres://someone:secret-password@127.0.0.1:${port}/proofpix`,
    });
    await expect(opened).rejects.toThrow(
      new RegExp(
        `^PostgreSQL at 127\\.0\\.0\\.1:${port}/proofpix \\(DATABASE_URL\\) cannot be reached: .*ECONNREFUSED`,
      ),
    );
    const again = openDatabase({
      dataDir,
      databaseUrl: `postgres://someone:secret-password@127.0.0.1:${port}/proofpix`,
    });
    await expect(again).rejects.not.toThrow('secret-password');
  });

  it('older than 15 is refused with one sentence', async () => {
    const old = { exec: async () => {}, query: async <Row>() => [{ number: 140_011, text: '14.11' }] as Row[] }; // what such a server answers
    await expect(checkVersion(old)).rejects.toThrow('PostgreSQL 14.11 is too old: ProofPix needs 15 or newer.');
  });
});

describe.skipIf(testDatabaseUrl === undefined)('an own PostgreSQL database', () => {
  const name = `proofpix_test_${randomBytes(6).toString('hex')}`;
  const user = `${name}_user`;
  const administrator = new URL(testDatabaseUrl ?? 'postgres://unused');
  let dataDirs: string[];

  const address = (login?: string) => {
    const url = new URL(administrator);
    url.pathname = `/${name}`;
    if (login !== undefined) [url.username, url.password] = [login, 'a-password'];
    return url.href;
  };
  async function administrate(...statements: string[]) {
    const client = new Client({ connectionString: administrator.href });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  }

  beforeAll(async () => {
    dataDirs = await Promise.all(Array.from({ length: 3 }, () => mkdtemp(join(tmpdir(), 'proofpix-test-'))));
    await administrate(`create database ${name}`);
  });
  afterAll(async () => {
    // Roles belong to the whole server: the login that was made for this database would stay.
    const login = `proofpix_app_${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
    await administrate(
      `drop database if exists ${name} with (force)`,
      `drop role if exists ${user}`,
      `drop role if exists ${login}`,
    );
    for (const dataDir of dataDirs) await rm(dataDir, { recursive: true, force: true });
  });
  const dataDir = (index: number) => dataDirs[index] ?? '';

  it('is migrated once by servers that start together', async () => {
    const opened = await Promise.all(
      [0, 1, 2].map((index) => openDatabase({ dataDir: dataDir(index), databaseUrl: address() })),
    );
    for (const database of opened) await expect(database.ping()).resolves.toBeUndefined();
    for (const database of opened) await database[Symbol.asyncDispose]();
  });

  it('serves requests by a login that cannot become the owner, whatever SQL it runs', async () => {
    await using database = await openDatabase({ dataDir: dataDir(0), databaseUrl: address() });
    expect(database.warnings).toEqual([]);
    const { rows } = await sql<{ name: string; super: boolean }>`
      select session_user::text as name, rolsuper or rolbypassrls or rolcreaterole as super from pg_roles where rolname = session_user`.execute(
      database.kysely,
    );
    expect(rows).toEqual([{ name: expect.stringMatching(/^proofpix_app_[0-9a-f]{16}$/), super: false }]);
    for (const attempt of [
      'set role proofpix_owner',
      'set role postgres',
      'set session authorization postgres',
      'select * from proofpix_private.request_login',
    ]) {
      await expect(sql.raw(attempt).execute(database.kysely), attempt).rejects.toMatchObject({ code: '42501' });
    }
    await sql`reset role`.execute(database.kysely);
    expect((await sql`select from organisations`.execute(database.kysely)).rows).toEqual([]);
  });

  it('works with a user that may create no roles, once an administrator made them; requests then only set their role, and the operator is told', async () => {
    const own = `${name}_own`;
    await administrate(
      `create role ${user} login password 'a-password'`,
      `grant proofpix_owner, proofpix_app to ${user}`,
      `create database ${own} owner ${user}`,
    );
    const url = new URL(address(user));
    url.pathname = `/${own}`;
    try {
      await using database = await openDatabase({ dataDir: dataDir(1), databaseUrl: url.href });
      expect(database.warnings).toEqual([expect.stringContaining('Set APP_DATABASE_URL')]);
      expect((await sql`select current_user::text as name`.execute(database.kysely)).rows).toEqual([
        { name: 'proofpix_app' },
      ]);
      expect((await sql`select from organisations`.execute(database.kysely)).rows).toEqual([]);
    } finally {
      await administrate(`drop database ${own} with (force)`);
    }
  });

  it('tells which commands to run where the user may not set it up', async () => {
    const foreign = `${name}_foreign`;
    const stranger = `${name}_stranger`;
    await administrate(`create database ${foreign}`, `create role ${stranger} login password 'a-password'`);
    const url = new URL(address(stranger));
    url.pathname = `/${foreign}`;
    try {
      await expect(openDatabase({ dataDir: dataDir(1), databaseUrl: url.href })).rejects.toThrow(
        /may not set up the database .* Run as an administrator, in this database: create role proofpix_owner nologin;/,
      );
    } finally {
      await administrate(`drop database ${foreign} with (force)`, `drop role ${stranger}`);
    }
  });

  it('refuses a login for requests that could see everything', async () => {
    const opened = openDatabase({ dataDir: dataDir(0), databaseUrl: address(), appDatabaseUrl: address() });
    await expect(opened).rejects.toThrow(/of APP_DATABASE_URL may see the data of all organisations/);
  });

  it('takes up again after its connections were cut', async () => {
    await using database = await openDatabase({ dataDir: dataDir(0), databaseUrl: address() });
    await database.ping();
    await administrate(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    // The first may still meet a cut connection; nothing ends, and soon all is well.
    await expect
      .poll(() =>
        database.ping().then(
          () => 'answers',
          () => 'cut',
        ),
      )
      .toBe('answers');
  });
});

/** A port nobody listens on. */
async function freePort(): Promise<AddressInfo> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address() as AddressInfo; // it listens on TCP
  await new Promise((resolve) => server.close(resolve));
  return address;
}
