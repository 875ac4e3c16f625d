import { createPrivateKey, createPublicKey, generateKeyPairSync, sign as signBytes, type KeyObject } from 'node:crypto';
import type { Attestation } from '@proofpix/host/capabilities';
import type { Database } from '../../../db/database.ts';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import type { Keys } from '../../../keys.ts';
import { findEvidenceKey, insertEvidenceKey } from './queries.ts';

type EvidenceKey = { publicKey: string; privateKey: KeyObject };

/** Opened keys that are kept in memory; the oldest goes first. */
const keptKeys = 1_000;

export type EvidenceSigner = {
  /** About a digest that a plugin asked for. */
  attest(organisationId: string, digest: string): Promise<Attestation>;
  sign(organisationId: string, statement: string): Promise<Attestation>;
  /** What signs without asking the database: for whoever is in a transaction then. */
  open(organisationId: string): Promise<(statement: string) => Omit<Attestation, 'statement'>>;
  publicKey(organisationId: string): Promise<string>;
};

/**
 * Signs statements with the organisation's evidence key. Each kind of statement begins with a name of its own, so a
 * signature can never be taken for one over anything else that the key signs.
 */
export function createEvidenceSigner({ db, keys }: { db: Database; keys: Keys }): EvidenceSigner {
  const opened = new Map<string, EvidenceKey>();

  async function keyOf(organisationId: string): Promise<EvidenceKey> {
    const known = opened.get(organisationId);
    if (known) return known;
    const purpose = `evidence-key\n${organisationId}`;
    const row = await withOrganisation(db, organisationId, async (tx) => {
      const found = await findEvidenceKey(tx, organisationId);
      return found ?? (await createKey(tx, organisationId, purpose));
    });
    const privateKey = createPrivateKey({
      key: Buffer.from(keys.open(row.private_key, purpose)),
      format: 'der',
      type: 'pkcs8',
    });
    // Not the one beside it, which lies open: whoever exchanges that must not be believed.
    const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
    const key = { publicKey, privateKey };
    opened.set(organisationId, key);
    const oldest = opened.keys().next();
    if (opened.size > keptKeys && !oldest.done) opened.delete(oldest.value);
    return key;
  }

  async function createKey(tx: Tx, organisationId: string, purpose: string) {
    const made = generateKeyPairSync('ed25519', {
      publicKeyEncoding: { type: 'spki', format: 'der' },
      privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    });
    await insertEvidenceKey(tx, {
      organisationId,
      publicKey: made.publicKey.toString('base64'),
      sealedPrivateKey: keys.seal(made.privateKey, purpose),
    });
    const row = await findEvidenceKey(tx, organisationId);
    if (!row) throw new Error('The evidence key was not kept.');
    return row;
  }

  async function open(organisationId: string): Promise<(statement: string) => Omit<Attestation, 'statement'>> {
    const { publicKey, privateKey } = await keyOf(organisationId);
    return (statement) => ({
      signature: signBytes(null, Buffer.from(statement), privateKey).toString('base64'),
      publicKey,
    });
  }

  async function sign(organisationId: string, statement: string): Promise<Attestation> {
    return { statement, ...(await open(organisationId))(statement) };
  }

  return {
    sign,
    open,
    attest: (organisationId, digest) =>
      sign(
        organisationId,
        [
          'proofpix-attestation-v1',
          `organisation: ${organisationId}`,
          `sha256: ${digest}`,
          `time: ${new Date().toISOString()}`,
          '',
        ].join('\n'),
      ),
    publicKey: async (organisationId) => (await keyOf(organisationId)).publicKey,
  };
}
