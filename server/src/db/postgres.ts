import { Kysely, PostgresDialect } from 'kysely';
import { Client, Pool, type PoolConfig } from 'pg';
import { OperatorError } from '../operator-error.ts';
import type { Executor } from './executor.ts';
import { listenTo } from './listen.ts';
import { migrate, oneServerAtATime } from './migrate.ts';
import { ensureRequestLogin } from './request-login.ts';
import type { Tables } from './tables.ts';
import { ensureTrigrams, trigramsMissing } from './trigrams.ts';
import { postgresTypes } from './types.ts';

const oldestVersion = 15;
/** A statement, or a transaction that does nothing, holds locks that others wait for. */
const statementMilliseconds = 60_000;

/** Opens and migrates a PostgreSQL database. @throws OperatorError */
export async function openPostgres(databaseUrl: string, appDatabaseUrl: string | undefined) {
  const { ownerLogin, warnings } = await prepare(databaseUrl, appDatabaseUrl);
  const owner = openPool({ connectionString: databaseUrl, max: 5 });
  const requests = openPool({ ...ownerLogin.config, max: 10 }, ownerLogin.setRole);
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: requests }) });
  return {
    kind: 'postgres' as const,
    kysely,
    owner: new Kysely<Tables>({ dialect: new PostgresDialect({ pool: owner }) }),
    warnings,
    bossOptions: { connectionString: databaseUrl, max: 4 },
    execAsOwner: async (sql: string) => void (await owner.query(sql)),
    listen: (channel: string, listener: (payload: string) => void) => listenTo(databaseUrl, channel, listener),
    async ping() {
      await requests.query('select 1');
    },
    // A server that restarts comes back: the pools connect again.
    onLost() {},
    async [Symbol.asyncDispose]() {
      await Promise.all([requests.end(), owner.end()]);
    },
  };
}

type RequestConnection = { config: PoolConfig; setRole: boolean };

async function prepare(
  databaseUrl: string,
  appDatabaseUrl: string | undefined,
): Promise<{ ownerLogin: RequestConnection; warnings: string[] }> {
  const client = await connect('DATABASE_URL', { connectionString: databaseUrl });
  try {
    const executor: Executor = {
      exec: async (sql) => void (await client.query(sql)),
      query: async <Row>(sql: string, parameters?: readonly unknown[]) =>
        (await client.query(sql, [...(parameters ?? [])])).rows as Row[], // the caller names its rows
    };
    await checkVersion(executor);
    const { warnings, login } = await oneServerAtATime(executor, async () => {
      await migrate(executor);
      return {
        warnings: (await ensureTrigrams(executor)) ? [] : [trigramsMissing],
        login: appDatabaseUrl === undefined ? await ensureRequestLogin(executor) : null,
      };
    });
    if (appDatabaseUrl !== undefined) {
      await checkAppLogin(appDatabaseUrl);
      return { ownerLogin: { config: { connectionString: appDatabaseUrl }, setRole: false }, warnings };
    }
    const config = login && withLogin(databaseUrl, login);
    if (config && (await canConnect(config))) return { ownerLogin: { config, setRole: false }, warnings };
    return {
      ownerLogin: { config: { connectionString: databaseUrl }, setRole: true },
      warnings: [
        ...warnings,
        'Requests use the login of DATABASE_URL and only set their role, because no login of their own could be made. Set APP_DATABASE_URL to one that is a member of proofpix_app.',
      ],
    };
  } finally {
    await client.end();
  }
}

function openPool(config: PoolConfig, setRole = false): Pool {
  const pool = new Pool({
    ...config,
    types: postgresTypes,
    statement_timeout: statementMilliseconds,
    idle_in_transaction_session_timeout: statementMilliseconds,
    connectionTimeoutMillis: 10_000,
    application_name: 'proofpix',
    // Its type gives nothing back, but the pool waits for it before it hands the connection out.
    ...(setRole ? { onConnect: (client) => client.query('set role proofpix_app') as unknown as void } : {}),
  });
  // An idle connection that breaks is replaced by the next query; without a listener it would end the process.
  pool.on('error', () => {});
  return pool;
}

async function connect(variable: string, config: PoolConfig): Promise<Client> {
  const client = new Client({
    ...config,
    types: postgresTypes,
    connectionTimeoutMillis: 10_000,
    application_name: 'proofpix',
  });
  client.on('error', () => {}); // told by the query that was under way
  try {
    await client.connect();
    return client;
  } catch (cause) {
    // The address without its password.
    const { host, port, database } = client;
    throw new OperatorError(
      `PostgreSQL at ${host}:${port}/${database} (${variable}) cannot be reached: ${reason(cause)}.`,
      { cause },
    );
  }
}

/** @throws OperatorError */
export async function checkVersion(executor: Executor): Promise<void> {
  const [version] = await executor.query<{ number: number; text: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as text`,
  );
  if (version !== undefined && version.number >= oldestVersion * 10_000) return;
  throw new OperatorError(`PostgreSQL ${version?.text ?? ''} is too old: ProofPix needs ${oldestVersion} or newer.`);
}

async function checkAppLogin(appDatabaseUrl: string): Promise<void> {
  const client = await connect('APP_DATABASE_URL', { connectionString: appDatabaseUrl });
  try {
    const { rows } = await client.query<{ user: string; exempt: boolean; member: boolean; owner: boolean }>(
      `select current_user::text as "user", rolsuper or rolbypassrls as exempt,
        pg_has_role(current_user, 'proofpix_app', 'usage') as member, pg_has_role(current_user, 'proofpix_owner', 'member') as owner
        from pg_roles where rolname = current_user`,
    );
    const [login] = rows;
    if (login === undefined) throw new OperatorError('The login of APP_DATABASE_URL has no role.');
    if (login.exempt || login.owner) {
      throw new OperatorError(
        `The user "${login.user}" of APP_DATABASE_URL may see the data of all organisations: use one that is neither a superuser nor exempt from row-level security nor a member of proofpix_owner.`,
      );
    }
    if (!login.member) {
      throw new OperatorError(
        `The user "${login.user}" of APP_DATABASE_URL lacks its role: run "grant proofpix_app to ${login.user}" as an administrator.`,
      );
    }
  } finally {
    await client.end();
  }
}

/** The same address with another user. */
function withLogin(databaseUrl: string, login: { user: string; password: string }): PoolConfig {
  const url = new URL(databaseUrl);
  url.username = login.user;
  url.password = login.password;
  return { connectionString: url.href };
}

async function canConnect(config: PoolConfig): Promise<boolean> {
  const client = await connect('DATABASE_URL', config).catch(() => undefined);
  await client?.end();
  return client !== undefined;
}

function reason(error: unknown): string {
  // A refused connection to a name with several addresses carries its reasons inside.
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0].message;
  return error instanceof Error ? error.message : String(error);
}
