import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { OperatorError } from './operator-error.ts';
import { makeKeyFile, readKeyFile, type MasterKeys } from './keys/key-file.ts';

/**
 * Encryption at rest under a master key that lies beside the data, not in it. `aad` says what the bytes are and whose
 * (`plugin-storage/<organisation>/<installation>/<key>`): it is authenticated, so a sealed value that somebody moves to
 * another row does not open there, and each aad has a key of its own.
 *
 * There may be several versions of the master key while one takes over from another: the newest seals, all open.
 */
export type Keys = {
  seal(plain: Uint8Array, aad: string): Uint8Array;
  /** @throws Error when the bytes were changed, or sealed for something else */
  open(sealed: Uint8Array, aad: string): Uint8Array;
  /** The version that seals. */
  current(): number;
  /** All that open. */
  versions(): readonly number[];
  /** A text sealed with one version, by which the right key is known again. */
  prove(version: number): Uint8Array;
  /** Reads the key file again: a version that was added seals from now on. Gives whether there is one. */
  refresh(): boolean;
  /** The same for the same master key; tells nothing about it. */
  fingerprint: string;
  /** The key file was made just now. */
  created: boolean;
};

/** Where the master key comes from: the environment, or else a file, which is made at the first start. */
export type KeySource = {
  keyFile: string;
  masterKey?: Uint8Array | undefined;
  /** What MASTER_KEY was before. */
  previousMasterKey?: Uint8Array | undefined;
};

/** A version that sealed something in this database, and the text that proves which key it was. */
export type KeyProof = { version: number; proof: Uint8Array };

const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const highestVersion = 255; // the first byte of a sealed value
const refreshMilliseconds = 1_000;

const proofText = new TextEncoder().encode('proofpix');
const proofPurpose = 'master-key';

/**
 * Opens the master keys, or makes the first one.
 * @param proofs of the versions that sealed what is there; none on a first start
 * @throws OperatorError with one sentence when a key is not the one that the data was sealed with
 */
export async function openKeys(source: KeySource, proofs: readonly KeyProof[] = []): Promise<Keys> {
  const { keyFile, masterKey } = source;
  if (masterKey !== undefined) {
    const inFile = readKeyFile(keyFile);
    const newest = inFile?.get(newestOf(inFile));
    if (newest !== undefined && !Buffer.from(newest).equals(masterKey)) {
      throw new OperatorError(
        `MASTER_KEY and the key file ${keyFile} hold different keys: remove the one that is not right.`,
      );
    }
    return createKeys(numberMasters(masterKey, source.previousMasterKey, proofs), { created: false });
  }
  if (source.previousMasterKey !== undefined) {
    throw new OperatorError('MASTER_KEY_PREVIOUS is set without MASTER_KEY: set both, or neither to use the key file.');
  }
  const existing = readKeyFile(keyFile);
  if (existing === undefined && proofs.length > 0) {
    throw new OperatorError(
      `The key file ${keyFile} is missing, but the data was sealed with it: restore it from your backup, or set KEY_FILE to where it lies.`,
    );
  }
  const { masters, created } = existing ? { masters: existing, created: false } : await makeKeyFile(keyFile);
  for (const { version, proof } of proofs) {
    const master = masters.get(version);
    if (master === undefined || isProof(master, version, proof)) continue;
    throw new OperatorError(
      `The key file ${keyFile} holds another key than the one the data was sealed with: restore the right one from your backup.`,
    );
  }
  return createKeys(masters, { created, reread: () => readKeyFile(keyFile) });
}

/** Keys of the environment carry no number: the proofs tell which ones they are. */
function numberMasters(
  masterKey: Uint8Array,
  previous: Uint8Array | undefined,
  proofs: readonly KeyProof[],
): MasterKeys {
  const versionOf = (master: Uint8Array) =>
    proofs.find(({ version, proof }) => isProof(master, version, proof))?.version;
  const old = previous === undefined ? undefined : versionOf(previous);
  if (previous !== undefined && old === undefined) {
    throw new OperatorError('MASTER_KEY_PREVIOUS is not a key that this data was sealed with: set the right one.');
  }
  const known = versionOf(masterKey);
  if (known === undefined && proofs.length > 0 && old === undefined) {
    throw new OperatorError(
      'MASTER_KEY is not the key that this data was sealed with: set the right one, or name the old one in MASTER_KEY_PREVIOUS to change it.',
    );
  }
  const current = known ?? Math.max(0, ...proofs.map(({ version }) => version)) + 1;
  if (current > highestVersion)
    throw new OperatorError('The master key was changed 254 times: there is no next version.');
  if (old !== undefined && old > current) {
    throw new OperatorError('MASTER_KEY is older than MASTER_KEY_PREVIOUS: set them the other way round.');
  }
  const masters = new Map([[current, masterKey]]);
  if (previous !== undefined && old !== undefined) masters.set(old, previous);
  return masters;
}

type Made = { created: boolean; reread?: () => MasterKeys | undefined };

function createKeys(given: MasterKeys, { created, reread }: Made): Keys {
  let masters = given;
  let rereadAt = 0;

  function refresh(): boolean {
    const before = newestOf(masters);
    const read = reread?.();
    // Only additions: a version that is taken away while we run may still have to open something.
    if (read !== undefined) masters = new Map([...read, ...masters]);
    return newestOf(masters) > before;
  }

  /** Another server may have sealed with a version that was added after we looked; asked at most once a second. */
  function masterOf(version: number): Uint8Array {
    const now = Date.now();
    if (!masters.has(version) && now - rereadAt > refreshMilliseconds) {
      rereadAt = now;
      refresh();
    }
    const master = masters.get(version);
    if (master === undefined) throw new Error(`The value was sealed with key version ${version}, which is not here.`);
    return master;
  }

  const current = () => newestOf(masters);
  return {
    created,
    fingerprint: Buffer.from(derive(masterOf(current()), 'fingerprint'))
      .toString('hex')
      .slice(0, 16),
    seal: (plain, aad) => sealWith(masterOf(current()), current(), plain, aad),
    open(sealed, aad) {
      const [version] = sealed;
      if (version === undefined || sealed.length < 1 + nonceBytes + tagBytes) {
        throw new Error('The sealed value is cut off.');
      }
      return openWith(masterOf(version), sealed, aad);
    },
    current,
    versions: () => [...masters.keys()].sort((a, b) => a - b),
    prove: (version) => sealWith(masterOf(version), version, proofText, proofPurpose),
    refresh,
  };
}

/** Version, nonce, ciphertext, tag. */
function sealWith(master: Uint8Array, version: number, plain: Uint8Array, aad: string): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', derive(master, `seal\u0000${aad}`), nonce);
  cipher.setAAD(authenticated(version, aad));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return new Uint8Array(Buffer.concat([Uint8Array.of(version), nonce, body, cipher.getAuthTag()]));
}

function openWith(master: Uint8Array, sealed: Uint8Array, aad: string): Uint8Array {
  const nonce = sealed.subarray(1, 1 + nonceBytes);
  const decipher = createDecipheriv('aes-256-gcm', derive(master, `seal\u0000${aad}`), nonce, {
    // Without it a tag cut to four bytes would be taken, and four bytes can be guessed.
    authTagLength: tagBytes,
  });
  decipher.setAAD(authenticated(sealed[0] ?? 0, aad));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    const body = decipher.update(sealed.subarray(1 + nonceBytes, sealed.length - tagBytes));
    return new Uint8Array(Buffer.concat([body, decipher.final()]));
  } catch (cause) {
    throw new Error('The sealed value was changed, or belongs to something else.', { cause });
  }
}

function isProof(master: Uint8Array, version: number, proof: Uint8Array): boolean {
  if (proof[0] !== version) return false;
  try {
    return Buffer.from(openWith(master, proof, proofPurpose)).equals(proofText);
  } catch {
    return false; // another key
  }
}

function derive(master: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master, 'proofpix', info, keyBytes));
}

/** The version byte is authenticated too, so that nobody can ask for another version. */
function authenticated(version: number, aad: string): Buffer {
  return Buffer.concat([Uint8Array.of(version), Buffer.from(aad, 'utf8')]);
}

function newestOf(masters: MasterKeys): number {
  return Math.max(...masters.keys());
}
