import type { Access } from '@proofpix/contract/access';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { Database } from '../../../db/database.ts';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import { actorOf, recordAct } from '../../audit/record-act.ts';
import { newSecret } from '../secrets.ts';
import { countTokens, insertToken, type TokenRow } from './queries.ts';

export type NewToken = { name: string; access?: readonly Access[]; expiresAt?: string };

/**
 * Makes a token that can do no more than whoever makes it. The secret is given once.
 * @throws Problem access_denied, invalid_request, too_many_tokens
 */
export async function makeToken(
  db: Database,
  caller: Caller,
  wanted: NewToken,
): Promise<{ row: TokenRow; secret: string }> {
  // One that leaked for an hour must not live on in tokens that it made.
  if (caller.credential === 'api_token') throw new Problem('access_denied', 'An API token makes no API tokens.');
  const access = accessOf(caller, wanted.access);
  const expiresAt = expiryOf(wanted.expiresAt);
  const { secret, hash } = newSecret('apiToken');
  const row = await withOrganisation(db, caller.organisationId, async (tx) => {
    if ((await countTokens(tx, caller)) >= limits.tokensPerMember) throw new Problem('too_many_tokens');
    const { organisationId, userId } = caller;
    const made = await insertToken(tx, { organisationId, userId, name: wanted.name, hash, access, expiresAt });
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'token.create',
      subject: { kind: 'token', id: made.id },
      after: { access, expiresAt: expiresAt?.toISOString() ?? null },
      // Whoever named it may have named somebody in it.
      personal: { name: wanted.name },
    });
    return made;
  });
  return { row, secret };
}

/** Whoever names nothing gets what only reads: a token with everything has to be asked for. */
function accessOf(caller: Caller, wanted: readonly Access[] | undefined): Access[] {
  if (wanted === undefined) {
    return [...caller.access].filter((name) => name === 'signed-in' || name.endsWith(':read'));
  }
  const beyond = wanted.filter((name) => !caller.access.has(name));
  if (beyond.length > 0) throw new Problem('access_denied', `You do not have ${beyond.join(', ')} yourself.`);
  return [...new Set(wanted)];
}

function expiryOf(expiresAt: string | undefined): Date | null {
  if (expiresAt === 'never') return null;
  if (expiresAt === undefined) return new Date(Date.now() + limits.tokenDays * 86_400_000);
  const time = new Date(expiresAt);
  if (time.getTime() > Date.now()) return time;
  throw new Problem('invalid_request', undefined, [{ field: '/expiresAt', message: 'must be in the future' }]);
}
