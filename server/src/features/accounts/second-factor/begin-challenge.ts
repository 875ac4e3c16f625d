import type { Tx } from '../../../db/tenancy.ts';
import { newSecret } from '../secrets.ts';
import type { SessionKind } from '../sessions/queries.ts';
import { insertChallenge } from './queries.ts';

/** The second step is still to come. */
export type Challenged = { challenge: string; expiresAt: Date };

const challengeMilliseconds = 5 * 60_000;

/** For somebody whose first proof was right and who has a second factor. It opens nothing but the second step, once. */
export async function beginChallenge(
  tx: Tx,
  given: { userId: string; organisationId: string; kind: SessionKind },
): Promise<Challenged> {
  const { secret, hash } = newSecret('challenge');
  const expiresAt = new Date(Date.now() + challengeMilliseconds);
  await insertChallenge(tx, { ...given, hash, expiresAt });
  return { challenge: secret, expiresAt };
}
