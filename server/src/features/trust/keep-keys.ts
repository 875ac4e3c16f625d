import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { TrustedKey } from '@proofpix/contract/trust';
import { KeyFault, readPublicKey, type PublicKey } from '@proofpix/signatures/keys';
import type { Log } from '../../log.ts';
import type { Trust } from './open-trust.ts';
import { insertKey, revokeKeyRow } from './queries.ts';
import { timeOf } from './read-time.ts';
import { recordAct, userOf, type Actor } from '../audit/record-act.ts';

type Parts = { trust: Trust; log: Log };
type Wanted = { publicKey: string; publisher: string; from?: string | undefined; until?: string | undefined };

/** What came with the server, and what somebody uploaded: a key by these names would pass for either. */
/** Under these stands what nobody signed: uploads of this server, and what came with it. */
export const reservedNames: ReadonlySet<string> = new Set(['proofpix', 'local']);

/** @throws Problem signing_key_exists, invalid_request */
export async function addSigningKey({ trust, log }: Parts, wanted: Wanted, actor: Actor): Promise<TrustedKey> {
  const { id: keyId, spki: publicKey } = readKey(wanted.publicKey);
  const { publisher } = wanted;
  if (reservedNames.has(publisher)) {
    throw new Problem('invalid_request', undefined, [{ field: '/publisher', message: 'is a name of this server' }]);
  }
  const until = wanted.until === undefined ? null : timeOf('/until', wanted.until);
  const added = await trust.change(async (tx) => {
    if (trust.keys().length >= limits.trustKeys) throw new Problem('invalid_request', 'There are too many keys.');
    const from = timeOf('/from', wanted.from);
    const key = await insertKey(tx, { keyId, publicKey, role: 'publisher', publisher, from, until, actor });
    if (key === null) throw new Problem('signing_key_exists');
    await recordAct(tx, {
      organisationId: null,
      actor,
      act: 'signing-key.add',
      subject: { kind: 'signing-key', id: keyId },
      after: { role: key.role, publisher, publicKey, from: key.from, until: key.until },
    });
    return key;
  });
  log.warn({ keyId, publisher, actor: userOf(actor) }, 'a key may sign packages');
  return added;
}

/** @throws Problem signing_key_not_found, invalid_request */
export async function revokeSigningKey(
  { trust, log }: Parts,
  { keyId, reason, from, actor }: { keyId: string; reason: string; from?: string | undefined; actor: Actor },
): Promise<TrustedKey> {
  const revoked = await trust.change(async (tx) => {
    const key = await revokeKeyRow(tx, { keyId, from: timeOf('/from', from), reason, actor });
    if (key === null) throw new Problem('signing_key_not_found');
    await recordAct(tx, {
      organisationId: null,
      actor,
      act: 'signing-key.revoke',
      subject: { kind: 'signing-key', id: keyId },
      reason,
      after: { publisher: key.publisher, from: key.revoked?.from ?? null },
    });
    return key;
  });
  log.warn({ keyId, reason, actor: userOf(actor) }, 'a key was revoked');
  return revoked;
}

function readKey(text: string): PublicKey {
  try {
    return readPublicKey(text);
  } catch (error) {
    if (!(error instanceof KeyFault)) throw error;
    throw new Problem('invalid_request', undefined, [{ field: '/publicKey', message: error.message }]);
  }
}
