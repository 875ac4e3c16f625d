import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { readConfig, readEnvironment } from '../src/config.ts';
import { start } from '../src/start.ts';

/** Who owns the first organisation of every test server. */
export const templateOwner = { email: 'owner@example.org', password: 'the owner in a test' };

/** The variables of a server that works on the copy. Disposed after the server. */
export type Copy = AsyncDisposable & { environment: Record<string, string> };

/** What the template is made by: another state of it makes another template. */
const madeBy = [
  'src/db/migrations',
  'src/db/migrate.ts',
  'src/db/roles.ts',
  'src/db/request-login.ts',
  'src/queue.ts',
  'src/keys.ts',
  'src/features/accounts/first-start.ts',
  'src/features/accounts/passwords.ts',
];

/**
 * Initialising and migrating a database takes seconds, so it is done once for each state of the sources, and tests copy
 * it. With DATABASE_URL the copy is a new database on that PostgreSQL.
 */
export async function copyTemplate(folder: string): Promise<Copy> {
  const template = join(tmpdir(), `proofpix-test-template-${sourcesHash()}`);
  const { DATABASE_URL } = readEnvironment();
  if (DATABASE_URL !== undefined && DATABASE_URL !== '') return copyPostgres(DATABASE_URL, folder, template);
  making ??= makeOnce(template);
  await making;
  await cp(template, folder, { recursive: true });
  return { environment: foldersIn(folder), [Symbol.asyncDispose]: async () => {} };
}

function foldersIn(folder: string): Record<string, string> {
  return { DATA_DIR: join(folder, 'data'), KEY_FILE: join(folder, 'keys', 'master.key') };
}

let making: Promise<void> | undefined;

/** One test process makes it; the others wait. The lock ends with the process that holds it. */
async function makeOnce(template: string): Promise<void> {
  if (existsSync(template)) return;
  const lock = new DatabaseSync(`${template}.lock`);
  try {
    lock.exec('pragma busy_timeout = 300000; begin exclusive');
    if (!existsSync(template)) await makeTemplate(template, {});
  } finally {
    lock.close();
  }
}

/** Made aside and moved in one step: a process that is ended in between leaves no half. */
async function makeTemplate(template: string, environment: Record<string, string>): Promise<void> {
  const folder = await mkdtemp(`${template}-making-`);
  const config = readConfig({
    ...foldersIn(folder),
    PORT: '0',
    LOG_LEVEL: 'silent',
    SPARE_RUNNERS: '0',
    PROOFPIX_OWNER_EMAIL: templateOwner.email,
    PROOFPIX_OWNER_PASSWORD: templateOwner.password,
    ...environment,
  });
  await (await start(config, { firstPlugins: false }))[Symbol.asyncDispose]();
  await rm(template, { recursive: true, force: true });
  await rename(folder, template);
}

async function copyPostgres(databaseUrl: string, folder: string, template: string): Promise<Copy> {
  const templateName = `proofpix_test_template_${sourcesHash()}`;
  const name = `proofpix_test_${randomUUID().replaceAll('-', '')}`;
  await administer(databaseUrl, async (client) => {
    // Two test processes: the second waits until the first has made the template.
    await client.query('select pg_advisory_lock(7020212)');
    const { rows } = await client.query<{ ready: boolean }>(
      'select datistemplate as ready from pg_database where datname = $1',
      [templateName],
    );
    if (rows[0]?.ready !== true || !existsSync(template)) {
      if (rows.length > 0) {
        await client.query(`alter database ${templateName} is_template false`);
        await client.query(`drop database ${templateName} with (force)`);
      }
      await client.query(`create database ${templateName}`);
      await makeTemplate(template, { DATABASE_URL: withDatabase(databaseUrl, templateName) });
      await client.query(`alter database ${templateName} is_template true`);
    }
    await client.query(`create database ${name} template ${templateName}`);
  });
  await mkdir(folder, { recursive: true });
  await cp(template, folder, { recursive: true });
  return {
    environment: { ...foldersIn(folder), DATABASE_URL: withDatabase(databaseUrl, name) },
    [Symbol.asyncDispose]: () =>
      administer(
        databaseUrl,
        async (client) => void (await client.query(`drop database if exists ${name} with (force)`)),
      ),
  };
}

async function administer(databaseUrl: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(databaseUrl: string, name: string): string {
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return url.href;
}

function sourcesHash(): string {
  const hash = createHash('sha256');
  const root = new URL('..', import.meta.url).pathname;
  const add = (path: string) => {
    if (path.endsWith('.test.ts')) return;
    if (statSync(path).isFile()) hash.update(path).update(readFileSync(path));
    else for (const entry of readdirSync(path).sort()) add(join(path, entry));
  };
  for (const path of madeBy) add(join(root, path));
  hash.update(readEnvironment().DATABASE_URL ?? 'embedded');
  return hash.digest('hex').slice(0, 16);
}
