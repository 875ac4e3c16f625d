import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Executor } from './executor.ts';
import { quoteName, quoteText } from './executor.ts';

/**
 * The login that requests use on PostgreSQL. It may act as `proofpix_app` only: even injected SQL cannot become the
 * owner, which it could where the owner's connection had merely set another role.
 */
export type RequestLogin = { user: string; password: string };

/** Gives the login of this database, made at the first start; undefined where the user of DATABASE_URL may not make one. */
export async function ensureRequestLogin(executor: Executor): Promise<RequestLogin | undefined> {
  const [about] = await executor.query<{ database: string; may_create: boolean; known: boolean }>(
    `select current_database()::text as database, rolsuper or rolcreaterole as may_create,
      to_regclass('proofpix_private.request_login') is not null as known
      from pg_roles where rolname = current_user`,
  );
  if (about === undefined) return undefined;
  if (about.known) {
    const [login] = await executor.query<RequestLogin>('select "user", password from proofpix_private.request_login');
    if (login) return login;
  }
  if (!about.may_create) return undefined;
  // Roles belong to the whole server, so the name says which database it is for.
  const name = createHash('sha256').update(about.database).digest('hex').slice(0, 16);
  const login = { user: `proofpix_app_${name}`, password: randomBytes(24).toString('base64url') };
  const verifier = quoteText(scramVerifier(login.password));
  try {
    // The password itself never stands in a statement that creates a role: such statements are what servers log.
    await executor.exec(`begin;
      do $$ begin create role ${quoteName(login.user)}; exception when duplicate_object or unique_violation then null; end $$;
      alter role ${quoteName(login.user)} login nosuperuser nocreatedb nocreaterole nobypassrls inherit password ${verifier};
      grant proofpix_app to ${quoteName(login.user)};
      create schema if not exists proofpix_private;
      revoke all on schema proofpix_private from public;
      create table proofpix_private.request_login ("user" text primary key, password text not null);
      commit;`);
    await executor.query('insert into proofpix_private.request_login values ($1, $2)', [login.user, login.password]);
    return login;
  } catch {
    await executor.exec('rollback');
    return undefined;
  }
}

/** What PostgreSQL keeps of a password (RFC 5803), computed here. */
function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
