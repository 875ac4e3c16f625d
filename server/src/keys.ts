import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, open, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OperatorError } from './operator-error.ts';

/**
 * Encryption at rest under one master key that lies beside the data, not in it. `aad` says what the bytes are and whose
 * (`plugin-storage/<organisation>/<installation>/<key>`): it is authenticated, so a sealed value that somebody moves to
 * another row does not open there, and each aad has a key of its own.
 */
export type Keys = {
  seal(plain: Uint8Array, aad: string): Uint8Array;
  /** @throws Error when the bytes were changed, or sealed for something else */
  open(sealed: Uint8Array, aad: string): Uint8Array;
  /** The same for the same master key; tells nothing about it. */
  fingerprint: string;
  /** The key file was made just now. */
  created: boolean;
};

const version = 1; // of the key and of the layout: version, nonce, ciphertext, tag
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const filePattern = /^proofpix-key-1 ([0-9a-f]{64})\n$/;

/** Opens the master key, or makes it at the first start. @throws OperatorError */
export async function openKeys(keyFile: string): Promise<Keys> {
  const { master, created } = await readOrMakeMaster(keyFile);
  const derive = (info: string) => new Uint8Array(hkdfSync('sha256', master, 'proofpix', info, keyBytes));
  return {
    created,
    fingerprint: Buffer.from(derive('fingerprint')).toString('hex').slice(0, 16),
    seal(plain, aad) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', derive(`seal\u0000${aad}`), nonce);
      cipher.setAAD(authenticated(aad));
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return new Uint8Array(Buffer.concat([Uint8Array.of(version), nonce, body, cipher.getAuthTag()]));
    },
    open(sealed, aad) {
      if (sealed.length < 1 + nonceBytes + tagBytes) throw new Error('The sealed value is cut off.');
      if (sealed[0] !== version)
        throw new Error(`The value was sealed with key version ${sealed[0]}, which is not here.`);
      const decipher = createDecipheriv('aes-256-gcm', derive(`seal\u0000${aad}`), sealed.subarray(1, 1 + nonceBytes), {
        // Without it a tag cut to four bytes would be taken, and four bytes can be guessed.
        authTagLength: tagBytes,
      });
      decipher.setAAD(authenticated(aad));
      decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
      try {
        const body = decipher.update(sealed.subarray(1 + nonceBytes, sealed.length - tagBytes));
        return new Uint8Array(Buffer.concat([body, decipher.final()]));
      } catch (cause) {
        throw new Error('The sealed value was changed, or belongs to something else.', { cause });
      }
    },
  };
}

/** The version byte is authenticated too, so that nobody can ask for a weaker version that comes later. */
function authenticated(aad: string): Buffer {
  return Buffer.concat([Uint8Array.of(version), Buffer.from(aad, 'utf8')]);
}

async function readOrMakeMaster(keyFile: string): Promise<{ master: Uint8Array; created: boolean }> {
  const existing = await readMaster(keyFile);
  if (existing !== undefined) return { master: existing, created: false };
  const folder = dirname(keyFile);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await checkFolder(folder);
    const made = await writeMaster(keyFile, folder);
    if (made !== undefined) return { master: made, created: true };
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause;
    throw new OperatorError(`The key file ${keyFile} cannot be made: ${reason(cause)}.`, { cause });
  }
  // Another process made it in between: its key is the one.
  const made = await readMaster(keyFile);
  if (made === undefined) throw new OperatorError(`The key file ${keyFile} vanished while it was made.`);
  return { master: made, created: false };
}

async function readMaster(keyFile: string): Promise<Uint8Array | undefined> {
  let file: FileHandle;
  try {
    file = await open(keyFile, 'r');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // node:fs throws nothing else
    throw new OperatorError(`The key file ${keyFile} cannot be read: ${reason(cause)}.`, { cause });
  }
  await using opened = file;
  const status = await opened.stat();
  // Checked on the opened file, so that nobody can exchange it between the check and the reading.
  if (!status.isFile()) throw new OperatorError(`The key file ${keyFile} is not a file.`);
  if (process.platform !== 'win32' && (status.mode & 0o077) !== 0) {
    throw new OperatorError(`The key file ${keyFile} can be read by other users: run "chmod 600 ${keyFile}".`);
  }
  await checkFolder(dirname(keyFile));
  const text = await opened.readFile('utf8');
  const hex = filePattern.exec(text)?.[1];
  if (hex === undefined) throw new OperatorError(`The key file ${keyFile} is damaged: restore it from your backup.`);
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** Who can write into the folder can exchange the key, and then decide what our signatures and secrets are made with. */
async function checkFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode } = await stat(folder);
  if ((mode & 0o022) === 0) return;
  throw new OperatorError(
    `The folder of the key file, ${folder}, can be written by other users: run "chmod 700 ${folder}".`,
  );
}

/** Undefined when another process was first. On disk before it is used: what is sealed with a lost key is lost. */
async function writeMaster(keyFile: string, folder: string): Promise<Uint8Array | undefined> {
  const master = randomBytes(keyBytes);
  const temporary = `${keyFile}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await using file = await open(temporary, 'wx', 0o600);
    await file.writeFile(`proofpix-key-1 ${master.toString('hex')}\n`);
    await file.sync();
    await link(temporary, keyFile); // fails where there is one, unlike rename
    await using directory = await open(folder, 'r');
    await directory.sync();
    return new Uint8Array(master);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined; // node:fs throws nothing else
    throw error;
  } finally {
    await unlink(temporary).catch(() => {});
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
