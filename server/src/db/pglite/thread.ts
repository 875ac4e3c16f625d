/** The thread in which the embedded database lives: one heavy query would stand still everything else otherwise. */
import { PGlite, type Results } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { embeddedParsers } from '../types.ts';
import { DurableFiles, syncFolder } from './durable-files.ts';
import { initialise } from './template.ts';
import { PreparedStatements } from './prepared-statements.ts';
import {
  failureFields,
  readyMark,
  type Failure,
  type FromThread,
  type Request,
  type Result,
  type Statement,
  type ThreadData,
  type ToThread,
} from './messages.ts';

if (parentPort === null) throw new Error('This file is started as a worker thread.');
const port = parentPort;
const { folder } = workerData as ThreadData; // what embedded.ts hands over
const answer = (message: FromThread) => port.postMessage(message);

const files = new DurableFiles(folder);
const unlisten = new Map<string, () => Promise<void>>();
let currentRole = 'postgres';

async function open(): Promise<{ database: PGlite; created: boolean }> {
  const marker = join(folder, readyMark);
  const created = !existsSync(marker);
  // Without the mark a first start was interrupted: what lies there never held anything. It is kept aside all the same.
  if (created && existsSync(join(folder, 'PG_VERSION'))) {
    renameSync(folder, `${folder}.unfinished-${Date.now()}`);
    mkdirSync(folder);
  }
  if (created) initialise(folder);
  const database = await PGlite.create({
    fs: files,
    extensions: { pg_trgm },
    parsers: embeddedParsers,
    startParams: [...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'), ...settings],
  });
  if (created) {
    syncFolder(folder); // what initialised it did not
    writeFileSync(marker, '');
    syncFolder(folder);
  }
  return { database, created };
}
/**
 * A plan is made for each execution, also of what is prepared: nothing here gathers statistics, so that one made while a
 * table was empty would be kept when it has thousands of rows.
 */
const settings = ['-c', 'fsync=on', '-c', 'wal_sync_method=fsync', '-c', 'plan_cache_mode=force_custom_plan'];

async function run(database: PGlite, prepared: PreparedStatements, request: Request): Promise<Result[]> {
  switch (request.kind) {
    case 'query':
    case 'exec':
      return runStatement(database, prepared, request);
    case 'end': {
      const [result] = await database.exec(request.commit ? 'commit' : 'rollback');
      // PostgreSQL answers the commit of a failed transaction with a rollback: nobody may take that for success.
      if (request.commit && (result as { command?: string } | undefined)?.command === 'ROLLBACK') {
        throw Object.assign(new Error('The transaction failed before, so nothing of it was kept.'), { code: '25P02' });
      }
      return [];
    }
    case 'listen':
      unlisten.set(
        request.channel,
        await database.listen(request.channel, (payload) =>
          answer({ kind: 'notification', channel: request.channel, payload }),
        ),
      );
      return [];
    case 'unlisten':
      await unlisten.get(request.channel)?.();
      unlisten.delete(request.channel);
      return [];
    case 'count-syncs':
      return [{ rows: [files.syncs], fields: [] }];
    case 'close':
      await database.close();
      return [];
  }
}

async function runStatement(database: PGlite, prepared: PreparedStatements, statement: Statement): Promise<Result[]> {
  if (statement.transaction !== 'inside' && statement.role !== currentRole) {
    await database.exec(`set role ${statement.role}`);
    currentRole = statement.role;
  }
  if (statement.transaction === 'begin') await database.exec('begin');
  if (statement.kind === 'query') return [result(await prepared.query(statement))];
  try {
    return (await database.exec(statement.sql)).map(result);
  } catch (error) {
    // "begin; …; commit" that failed half-way would leave its transaction to whoever comes next. A transaction of ours
    // stays as it is, failed: after a rollback here its next statements would be kept one by one.
    if (statement.transaction === 'none') await database.exec('rollback');
    throw error;
  }
}

function result({ rows, fields, affectedRows }: Results): Result {
  return { rows, fields, ...(affectedRows === undefined ? {} : { affectedRows }) };
}

function failure(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error) };
  const fields = error as Error & Record<string, unknown>; // PostgreSQL's errors carry them, others do not
  return {
    message: error.message,
    ...Object.fromEntries(
      failureFields.flatMap((name) => (typeof fields[name] === 'string' ? [[name, fields[name]]] : [])),
    ),
  };
}

try {
  const { database, created } = await open();
  const prepared = new PreparedStatements(database);
  let last: Promise<void> = Promise.resolve();
  port.on('message', ({ id, request }: ToThread) => {
    // One after the other: a request is several steps (role, begin, statement) that nothing may come between.
    last = last.then(async () => {
      try {
        answer({ kind: 'answer', id, results: await run(database, prepared, request) });
      } catch (error) {
        answer({ kind: 'failure', id, failure: failure(error) });
      }
      if (request.kind === 'close') port.close();
    });
  });
  answer({ kind: 'ready', created });
} catch (error) {
  answer({ kind: 'not-ready', failure: failure(error) });
}
