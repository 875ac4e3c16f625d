import type { Plan } from '@proofpix/contract/access';
import type { Database } from '../../db/database.ts';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import { OperatorError } from '../../operator-error.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import {
  findFirstOrganisation,
  findFirstOwner,
  findUser,
  hasCredentials,
  insertCode,
  insertMembership,
  insertOrganisation,
  insertUser,
  lockFirstStart,
  setPassword,
} from './queries.ts';
import { newSecret } from './secrets.ts';
import { recordAct, systemActor } from '../audit/record-act.ts';

/** Without a password: this owner comes in by the link that the start prints. */
const defaultEmail = 'owner@localhost';
const codeMilliseconds = 60 * 60_000;

export type FirstStart = {
  organisationId: string;
  /** Nobody could have signed in before: the first plugins are still to be installed. */
  fresh: boolean;
};

/**
 * Makes the organisation "Demo" and its owner where there is no organisation yet. An owner who is named in the settings
 * exists afterwards, with that password: who sets the environment runs the server anyway.
 */
export async function prepareFirstStart(
  db: Database,
  settings: { plan: Plan; ownerEmail: string | undefined; ownerPassword: string | undefined },
): Promise<FirstStart> {
  const { ownerEmail, ownerPassword } = settings;
  // Outside of the transaction: it takes a tenth of a second, and the database waits for nobody's processor.
  const passwordHash = ownerPassword === undefined ? null : await hashPassword(ownerPassword);
  return asSystem(db, 'first-start', async (tx) => {
    await lockFirstStart(tx);
    const existing = await findFirstOrganisation(tx);
    const organisationId = existing?.id ?? (await insertOrganisation(tx, { name: 'Demo', plan: settings.plan }));
    if (organisationId === undefined) throw new OperatorError('The organisation "Demo" could not be made.');
    if (existing === undefined)
      await recordAct(tx, {
        organisationId,
        actor: systemActor('first-start'),
        act: 'organisation.create',
        subject: { kind: 'organisation', id: organisationId },
        after: { plan: settings.plan },
      });
    if (existing === undefined || ownerEmail !== undefined) {
      await ensureOwner(tx, {
        organisationId,
        email: ownerEmail ?? defaultEmail,
        password: ownerPassword,
        passwordHash,
      });
    }
    if ((await findFirstOwner(tx)) === undefined)
      throw new OperatorError('No organisation has an owner: set PROOFPIX_OWNER_EMAIL and PROOFPIX_OWNER_PASSWORD.');
    return { organisationId, fresh: !(await hasCredentials(tx, organisationId)) };
  });
}

async function ensureOwner(
  tx: Tx,
  owner: { organisationId: string; email: string; password: string | undefined; passwordHash: string | null },
): Promise<void> {
  const { organisationId, email, passwordHash } = owner;
  const user = await findUser(tx, email);
  if (user === undefined) {
    const userId = await insertUser(tx, { email, name: 'Owner', passwordHash, operator: true });
    if (userId !== undefined) await insertMembership(tx, { organisationId, userId, role: 'owner' });
  } else if (passwordHash !== null && !(await verifyPassword(owner.password ?? '', user.password_hash))) {
    await setPassword(tx, user.id, passwordHash);
  }
}

/** A single-use code for the link of this start. The code stands in the fragment, which browsers never send. */
export async function makeSignInLink(db: Database, baseUrl: string): Promise<string> {
  const { secret, hash } = newSecret('code');
  await asSystem(db, 'first-start', async (tx) => {
    const owner = await findFirstOwner(tx);
    if (owner === undefined) throw new OperatorError('No organisation has an owner.');
    await insertCode(tx, {
      organisationId: owner.organisation_id,
      userId: owner.user_id,
      hash,
      expiresAt: new Date(Date.now() + codeMilliseconds),
    });
  });
  return `${baseUrl}/sign-in#code=${secret}`;
}
