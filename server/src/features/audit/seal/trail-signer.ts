import { sign } from 'node:crypto';
import type { SigningKey } from '@proofpix/signatures/keys';
import type { TrustedKey } from '@proofpix/contract/trust';
import type { EvidenceSigner } from '../../plugins/evidence/sign-evidence.ts';
import type { Trail } from '../queries.ts';

export type Signature = { publicKey: string; signature: string };

export type TrailSigner = {
  /** Asks the database for the key, so it comes before the transaction that signs. */
  open(trail: Trail): Promise<(statement: string) => Signature>;
  /** Whose signatures count on a trail. */
  keysOf(trail: Trail): Promise<readonly string[]>;
};

type Parts = {
  evidence: EvidenceSigner;
  /** The key of the server, and every key that it ever had. */
  trust: { signingKey: SigningKey; keys(): readonly TrustedKey[] };
};

/**
 * An organisation's heads are signed with its evidence key, which its members publish anyway to those who check bundles.
 * The trail of the server has no organisation: the key of the server signs it.
 */
export function createTrailSigner({ evidence, trust }: Parts): TrailSigner {
  return {
    async open(trail) {
      if (trail !== null) return evidence.open(trail);
      const { spki, privateKey } = trust.signingKey;
      return (statement) => ({
        publicKey: spki,
        signature: sign(null, Buffer.from(statement), privateKey).toString('base64'),
      });
    },
    async keysOf(trail) {
      if (trail !== null) return [await evidence.publicKey(trail)];
      const own = trust.keys().filter(({ role }) => role === 'marketplace');
      return [trust.signingKey.spki, ...own.map(({ publicKey }) => publicKey)];
    },
  };
}
