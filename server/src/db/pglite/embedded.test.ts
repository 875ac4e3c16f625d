import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGliteDialect, Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTestStorage, testDatabaseUrl, type TestStorage } from '../../../test/test-database.ts';
import { lockDirectory } from './directory-lock.ts';
import { openEmbedded, type Embedded } from './embedded.ts';

/** Keeps the database busy without touching a file. */
const forSteps = (steps: number) => `do $$ begin for step in 1..${steps} loop null; end loop; end $$`;

describe.skipIf(testDatabaseUrl !== undefined)('the embedded database', () => {
  let storage: TestStorage;
  let folder: string;
  let embedded: Embedded;

  beforeAll(async () => {
    storage = await makeTestStorage();
    folder = join(storage.dataDir, 'database');
    embedded = await openEmbedded({ folder, statementMilliseconds: 20_000 });
    await embedded.session('postgres').exec('create table scraps (text text)');
  });
  afterAll(async () => {
    await embedded?.[Symbol.asyncDispose]();
    await storage?.[Symbol.asyncDispose]();
  });

  const scraps = async () => {
    const { rows } = await embedded
      .session('postgres')
      .query<{ text: string }>('select text from scraps order by text');
    await embedded.session('postgres').exec('delete from scraps');
    return rows.map(({ text }) => text);
  };

  it('brings every commit to the disk before it answers', async () => {
    const session = embedded.session('postgres');
    for (let commit = 0; commit < 5; commit += 1) {
      const before = await embedded.countSyncs();
      await session.query('insert into scraps values ($1)', ['x']);
      expect(await embedded.countSyncs()).toBeGreaterThan(before);
    }
    const before = await embedded.countSyncs();
    await session.transaction(async (tx) => {
      for (let row = 0; row < 5; row += 1) await tx.query('insert into scraps values ($1)', ['x']);
    });
    expect(await embedded.countSyncs()).toBeGreaterThan(before);
    expect(await scraps()).toHaveLength(10);
  });

  it('keeps everybody out from BEGIN to COMMIT', async () => {
    const session = embedded.session('postgres');
    const inside = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const first = session.transaction(async (tx) => {
      await tx.query(`insert into scraps values ('first')`);
      inside.resolve();
      await goOn.promise;
      await tx.query(`insert into scraps values ('first again')`);
    });
    await inside.promise;
    const second = embedded.session('proofpix_app').query('select 1');
    const third = session.query(`insert into scraps values ('third')`);
    goOn.resolve();
    await Promise.all([first, second, third]);
    expect(await scraps()).toEqual(['first', 'first again', 'third']);
  });

  it('takes back a transaction whose work failed, and one that was taken back by hand', async () => {
    const session = embedded.session('postgres');
    const failed = session.transaction(async (tx) => {
      await tx.query(`insert into scraps values ('failed')`);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    const used = session.transaction(async (tx) => {
      await tx.query(`insert into scraps values ('by hand')`);
      await tx.rollback();
      await tx.query(`insert into scraps values ('after the end')`);
    });
    await expect(used).rejects.toThrow('The transaction has ended.');
    expect(await scraps()).toEqual([]);
  });

  it('prepares what comes again, for each role, up to a number', async () => {
    const owner = embedded.session('postgres');
    const names = async () => {
      const { rows } = await owner.query<{ statement: string }>('select statement from pg_prepared_statements');
      return rows.map(({ statement }) => statement);
    };
    for (let time = 0; time < 3; time += 1) {
      expect((await owner.query('select $1::int + 1 as sum', [time])).rows).toEqual([{ sum: time + 1 }]);
      await embedded.session('proofpix_app').query('select $1::int + 1 as sum', [time]);
      await owner.query(`select ${time} as once`);
      await owner.query(`select $1::int + 1 as sum /* ${'long '.repeat(1_000)} */`, [time]);
    }
    expect((await names()).filter((text) => /sum|once/.test(text))).toEqual(Array(2).fill('select $1::int + 1 as sum'));
    for (let text = 0; text < 400; text += 1)
      for (let time = 0; time < 2; time += 1) await owner.query(`select $1::int + ${text}`, [time]);
    expect(await names()).toHaveLength(300);
    expect((await owner.query('select $1::int + 1 as sum', [7])).rows).toEqual([{ sum: 8 }]);
  });

  it('goes on with a prepared statement that failed, and one whose table has other columns since', async () => {
    const session = embedded.session('postgres');
    await session.exec('create table changing (number int primary key)');
    const insert = () => session.query('insert into changing values ($1)', [1]);
    await insert();
    for (let time = 0; time < 3; time += 1) await expect(insert()).rejects.toMatchObject({ code: '23505' });
    await expect(session.query('insert into changing values ($1)', ['no number'])).rejects.toMatchObject({
      code: '22P02',
    });
    const inside = session.transaction(async (tx) => {
      await tx.query('insert into changing values ($1)', [2]);
      await tx.query('insert into changing values ($1)', [2]);
    });
    await expect(inside).rejects.toMatchObject({ code: '23505' });
    const all = () => session.query('select * from changing');
    for (let time = 0; time < 3; time += 1) expect((await all()).rows).toEqual([{ number: 1 }]);
    await session.exec(`alter table changing add column word text default 'new'`);
    await expect(all()).rejects.toMatchObject({ code: '0A000' });
    expect((await all()).rows).toEqual([{ number: 1, word: 'new' }]);
    await session.exec('drop table changing');
  });

  it('leaves no transaction open after a script that failed half-way, and those that wait go on', async () => {
    const session = embedded.session('postgres');
    const failed = session.exec(`begin; insert into scraps values ('half'); select 1 / 0; commit`);
    const waiting = Array.from({ length: 20 }, (_, index) =>
      session.query(`insert into scraps values ($1)`, [`${index}`]),
    );
    await expect(failed).rejects.toMatchObject({ code: '22012' });
    await Promise.all(waiting);
    expect(await scraps()).toHaveLength(20);
  });

  it('does not keep the statements after a script that failed inside a transaction', async () => {
    const failed = embedded.session('postgres').transaction(async (tx) => {
      await tx.exec('select 1 / 0').catch(() => {});
      await tx.query(`insert into scraps values ('one by one')`);
    });
    await expect(failed).rejects.toMatchObject({ code: '25P02' });
    expect(await scraps()).toEqual([]);
  });

  it('gives each session its role, also when they take turns', async () => {
    const role = async (name: string) =>
      (await embedded.session(name).query<{ role: string }>('select current_user::text as role')).rows[0]?.role;
    expect(await Promise.all(['postgres', 'proofpix_app', 'postgres', 'proofpix_owner'].map(role))).toEqual([
      'postgres',
      'proofpix_app',
      'postgres',
      'proofpix_owner',
    ]);
  });

  it('keeps the event loop free while it works', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await embedded.session('postgres').query('select count(*) from generate_series(1, 1000000)');
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });

  it('tells listeners what was notified, until they stop listening', async () => {
    const session = embedded.session('postgres');
    const heard: string[] = [];
    const stop = await session.listen('news', (payload) => heard.push(payload));
    await session.query(`select pg_notify('news', 'one')`);
    await stop();
    await session.query(`select pg_notify('news', 'two')`);
    await embedded.countSyncs(); // everything before it was delivered
    expect(heard).toEqual(['one']);
  });

  it('goes on after its thread was ended in the middle of a transaction: what was committed is there, the rest failed', async () => {
    const slow = await makeTestStorage();
    await using second = await openEmbedded({ folder: join(slow.dataDir, 'database'), statementMilliseconds: 5_000 });
    const session = second.session('postgres');
    const heard: string[] = [];
    await session.listen('news', (payload) => heard.push(payload));
    await session.exec(`create table scraps (text text); insert into scraps values ('committed')`);
    const kysely = new Kysely<{ scraps: { text: string } }>({ dialect: new PGliteDialect({ pglite: session }) });
    const overdue = kysely.transaction().execute(async (tx) => {
      await tx.insertInto('scraps').values({ text: 'under way' }).execute();
      await sql.raw(forSteps(2_147_483_647)).execute(tx);
    });
    const waiting = session.query('select text from scraps');
    await expect(overdue).rejects.toMatchObject({ code: '57014' });
    expect((await waiting).rows).toEqual([{ text: 'committed' }]);
    await session.query(`select pg_notify('news', 'after')`);
    await second.countSyncs();
    expect(heard).toEqual(['after']);
    await slow[Symbol.asyncDispose]();
  });

  it('says so when it cannot be brought back, and whoever asks then is told at once', async () => {
    const broken = await makeTestStorage();
    const database = join(broken.dataDir, 'database');
    const second = await openEmbedded({ folder: database, statementMilliseconds: 5_000 });
    const lost = new Promise<Error>((resolve) => second.onLost(resolve));
    const session = second.session('postgres');
    await session.query(forSteps(10)); // what it needs from files is in memory from here on
    await rm(database, { recursive: true });
    await writeFile(database, 'a file where the folder was');
    await expect(session.query(forSteps(2_147_483_647))).rejects.toMatchObject({ code: '57014' });
    expect((await lost).message).toContain('The database was lost');
    await expect(session.query('select 1')).rejects.toMatchObject({ code: '08006' });
    const kysely = new Kysely<{ scraps: { text: string } }>({ dialect: new PGliteDialect({ pglite: session }) });
    expect(session.closed).toBe(true);
    await expect(kysely.transaction().execute((tx) => tx.selectFrom('scraps').selectAll().execute())).rejects.toThrow();
    await second[Symbol.asyncDispose]();
    await broken[Symbol.asyncDispose]();
  });

  it('starts anew where its first start was interrupted, and keeps aside what lay there', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'proofpix-test-'));
    const half = join(dataDir, 'database');
    await mkdir(half);
    await writeFile(join(half, 'PG_VERSION'), '18\n');
    const opened = await openEmbedded({ folder: half });
    expect(opened.created).toBe(true);
    await opened[Symbol.asyncDispose]();
    expect((await readdir(dataDir)).filter((name) => name.startsWith('database.unfinished-'))).toHaveLength(1);
    await rm(dataDir, { recursive: true });
  }, 120_000);
});

describe('the lock of a data folder', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'proofpix-test-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Another process that takes the lock and says so. */
  async function otherServer() {
    const file = fileURLToPath(new URL('./directory-lock.ts', import.meta.url));
    const script = `const { lockDirectory } = await import(${JSON.stringify(file)}); globalThis.lock = await lockDirectory(${JSON.stringify(folder)}); console.log('locked'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {},
    });
    await once(child.stdout, 'data');
    return child;
  }

  it('is refused with one sentence that names the folder and the process that has it', async () => {
    const lock = await lockDirectory(folder);
    await expect(lockDirectory(folder)).rejects.toThrow(
      `Another ProofPix server (process ${process.pid}) is using the data folder ${folder}: stop it, or set DATA_DIR to another folder.`,
    );
    lock[Symbol.dispose]();
  });

  it('is free again after it was given back', async () => {
    (await lockDirectory(folder))[Symbol.dispose]();
    (await lockDirectory(folder))[Symbol.dispose]();
  });

  it('holds between processes, and ends with the process that has it, however that ends', async () => {
    const child = await otherServer();
    await expect(lockDirectory(folder)).rejects.toThrow(`(process ${child.pid})`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    // Its pid still stands in the file, and may belong to anybody by now: it does not matter.
    (await lockDirectory(folder))[Symbol.dispose]();
  });

  it('does not trust a pid of a living process that a dead server left', async () => {
    await writeFile(join(folder, 'server.pid'), `${process.ppid}\n`);
    (await lockDirectory(folder))[Symbol.dispose]();
  });

  it('says what is wrong with a folder that cannot be used', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(lockDirectory(join(folder, 'file', 'data'))).rejects.toThrow(
      /^The data folder .* cannot be used: .* Set DATA_DIR to a folder/,
    );
  });
});
