import { OperatorError } from '../operator-error.ts';
import type { Executor } from './executor.ts';
import { quoteName } from './executor.ts';

/** `proofpix_owner` has the tables and works as the system; `proofpix_app` is what requests may do. Neither can log in. */
const roles = ['proofpix_owner', 'proofpix_app'] as const;

/** Makes the two roles and lets the connected user act as them. @throws OperatorError with the commands to run instead */
export async function ensureRoles(executor: Executor): Promise<void> {
  const [user] = await executor.query<{ name: string }>('select current_user::text as name');
  if (user === undefined) throw new Error('The database does not say who is connected.');
  try {
    for (const role of roles) {
      const [found] = await executor.query<{ member: boolean }>(
        `select pg_has_role(current_user, oid, 'member') as member from pg_roles where rolname = $1`,
        [role],
      );
      if (found?.member) continue;
      // Roles belong to the whole server: another ProofPix database on it may make them at this very moment.
      if (found === undefined) {
        await executor.exec(
          `do $$ begin create role ${role} nologin; exception when duplicate_object or unique_violation then null; end $$`,
        );
      }
      await executor.exec(`grant ${role} to ${quoteName(user.name)}`);
    }
    await executor.exec(
      'grant usage, create on schema public to proofpix_owner; grant usage on schema public to proofpix_app',
    );
  } catch (cause) {
    throw new OperatorError(
      `The user "${user.name}" of DATABASE_URL may not set up the database (${(cause as Error).message}). Run as an administrator, in this database: ` + // a driver's error
        `create role proofpix_owner nologin; create role proofpix_app nologin; grant proofpix_owner, proofpix_app to ${quoteName(user.name)}; ` +
        'grant usage, create on schema public to proofpix_owner; grant usage on schema public to proofpix_app;',
      { cause },
    );
  }
}
