import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { Attestation } from '@proofpix/host/capabilities';
import type { Database } from '../../../db/database.ts';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import type { Keys } from '../../../keys.ts';
import { findEvidenceKey, insertEvidenceKey } from './queries.ts';

type EvidenceKey = { publicKey: string; privateKey: KeyObject };

/** Opened keys that are kept in memory; the oldest goes first. */
const keptKeys = 1_000;

/**
 * Signs statements about digests with the organisation's evidence key. The text begins with a name of its own, so a
 * signature can never be taken for one over anything else that the key may sign some day.
 */
export function createAttest({ db, keys }: { db: Database; keys: Keys }) {
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
    const key = { publicKey: row.public_key, privateKey };
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

  return async function attest(organisationId: string, digest: string): Promise<Attestation> {
    const { publicKey, privateKey } = await keyOf(organisationId);
    const statement = [
      'proofpix-attestation-v1',
      `organisation: ${organisationId}`,
      `sha256: ${digest}`,
      `time: ${new Date().toISOString()}`,
      '',
    ].join('\n');
    return { statement, signature: sign(null, Buffer.from(statement), privateKey).toString('base64'), publicKey };
  };
}
