import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import type { Database } from '../../../db/database.ts';
import { asSystem, type Tx } from '../../../db/tenancy.ts';
import type { Keys } from '../../../keys.ts';
import type { Log } from '../../../log.ts';
import { recordAct, systemActor, type Actor } from '../../audit/record-act.ts';
import { findFirstOrganisation } from '../queries.ts';
import {
  deleteRetiredKeys,
  findSigningKeys,
  insertSigningKey,
  retireSigningKey,
  type SigningKeyRow,
} from './queries.ts';

/** Longer than an access token lasts, and than another server signs on with what it has in memory. */
const verifiedAfterwards = 30 * 60_000;
const rereadMilliseconds = 60_000;
const missMilliseconds = 1_000;
const rotateAfter = 30 * 24 * 3_600_000;
const lookMilliseconds = 3_600_000;

export type PublicJwk = { kty: 'OKP'; crv: 'Ed25519'; alg: 'EdDSA'; use: 'sig'; kid: string; x: string };

export type SigningKeys = AsyncDisposable & {
  /** The one that signs. */
  current(): Promise<{ keyId: string; privateKey: KeyObject }>;
  /** One that tokens may be verified with, also one that another server made a moment ago. */
  find(keyId: string): Promise<KeyObject | null>;
  published(): Promise<PublicJwk[]>;
  /** Signs with a new one from now on. `compromised`: what the older ones signed counts no longer. */
  rotate(by: { organisationId: string; actor: Actor }, compromised?: boolean): Promise<string>;
};

type Known = { row: SigningKeyRow; publicKey: KeyObject };
type Read = { at: number; known: Map<string, Known>; current: { keyId: string; privateKey: KeyObject } };

/**
 * The Ed25519 keys of access tokens, in the database for all servers, sealed. Each is replaced after thirty days by
 * itself; tokens that the old one signed stay good until they are over, so nobody is signed out.
 */
export function openSigningKeys({ db, keys, log }: { db: Database; keys: Keys; log: Log }): SigningKeys {
  let read: Promise<Read> | undefined;

  async function readAll(): Promise<Read> {
    const rows = await asSystem(db, 'sign-in', async (tx) => {
      const found = await findSigningKeys(tx);
      if (found.some((row) => row.valid_until === null)) return found;
      await insertSigningKey(tx, await makeKey(keys));
      return findSigningKeys(tx);
    });
    const signing = rows.find((row) => row.valid_until === null);
    if (signing?.private_key == null) throw new Error('There is no key that signs access tokens.');
    const opened = keys.open(signing.private_key, purposeOf(signing.key_id));
    const privateKey = createPrivateKey({ key: Buffer.from(opened), format: 'der', type: 'pkcs8' });
    const known = new Map(
      rows.map((row) => [
        row.key_id,
        {
          row,
          publicKey: createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: row.public_key } }),
        },
      ]),
    );
    return { at: performance.now(), known, current: { keyId: signing.key_id, privateKey } };
  }

  /** Not older than that; one question at a time, and a failed one is asked again. */
  async function look(oldest: number): Promise<Read> {
    const before = read;
    const last = await before?.catch(() => undefined);
    if (last !== undefined && performance.now() - last.at <= oldest) return last;
    // Somebody else asked while we waited.
    if (read !== undefined && read !== before) return read;
    const asked = readAll();
    read = asked;
    return asked;
  }

  async function rotate(
    by: { organisationId: string; actor: Actor },
    { compromised, old }: { compromised: boolean; old: string },
  ): Promise<string | null> {
    const made = await makeKey(keys);
    const done = await asSystem(db, 'sign-in', async (tx: Tx) => {
      const until = new Date(Date.now() + (compromised ? 0 : verifiedAfterwards));
      if (!(await retireSigningKey(tx, old, until))) return false;
      await deleteRetiredKeys(tx, compromised ? new Date(Date.now() + verifiedAfterwards) : new Date());
      await insertSigningKey(tx, made);
      await recordAct(tx, {
        ...by,
        act: 'signing-key.rotate',
        subject: { kind: 'signing-key', id: made.keyId },
        before: { keyId: old },
        after: { keyId: made.keyId, compromised },
      });
      return true;
    });
    if (!done) return null;
    log.info({ keyId: made.keyId, compromised }, 'access tokens are signed with a new key');
    await look(-1);
    return made.keyId;
  }

  async function rotateOld(): Promise<void> {
    const { current, known } = await look(0);
    const age = Date.now() - (known.get(current.keyId)?.row.created_at.getTime() ?? 0);
    if (age < rotateAfter) return;
    const first = await asSystem(db, 'sign-in', (tx) => findFirstOrganisation(tx));
    if (first === undefined) return;
    const by = { organisationId: first.id, actor: systemActor('signing-keys') };
    await rotate(by, { compromised: false, old: current.keyId });
  }

  let rotating: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    rotating = rotateOld().catch((error: unknown) =>
      log.error({ err: error }, 'the signing key could not be replaced'),
    );
  }, lookMilliseconds);
  timer.unref();

  return {
    current: async () => (await look(rereadMilliseconds)).current,
    async find(keyId) {
      let { known } = await look(rereadMilliseconds);
      // Strangers may name what they like: they do not make us ask more often than this.
      if (!known.has(keyId)) ({ known } = await look(missMilliseconds));
      const found = known.get(keyId);
      if (found === undefined) return null;
      const { valid_until: until } = found.row;
      return until === null || until.getTime() > Date.now() ? found.publicKey : null;
    },
    async published() {
      const { known } = await look(rereadMilliseconds);
      return [...known.values()].map(({ row }) => ({
        kty: 'OKP',
        crv: 'Ed25519',
        alg: 'EdDSA',
        use: 'sig',
        kid: row.key_id,
        x: row.public_key,
      }));
    },
    async rotate(by, compromised = false) {
      for (;;) {
        const made = await rotate(by, { compromised, old: (await look(0)).current.keyId });
        if (made !== null) return made;
      }
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await rotating;
    },
  };
}

async function makeKey(keys: Keys): Promise<{ keyId: string; publicKey: string; sealed: Uint8Array }> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const keyId = await calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x });
  const sealed = keys.seal(privateKey.export({ format: 'der', type: 'pkcs8' }), purposeOf(keyId));
  return { keyId, publicKey: x, sealed };
}

function purposeOf(keyId: string): string {
  return `signing-key\n${keyId}`;
}
