import { open } from 'node:fs/promises';
import { limits } from '@proofpix/contract/limits';
import { KeyFault, readSigningKey, type SigningKey } from './keys.ts';

/** Writes a private key that only its owner can read, and never over a file that is there. On disk when it returns. */
export async function writeKeyFile(path: string, pem: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(pem);
  await file.sync();
}

/** @throws KeyFault when others can read the file, or it holds no key; whatever node:fs throws */
export async function readKeyFile(path: string): Promise<SigningKey> {
  await using file = await open(path, 'r');
  // Of the opened file, so that nobody can exchange it between the look and the reading.
  const status = await file.stat();
  if (!status.isFile()) throw new KeyFault('is not a file');
  if (status.size > limits.keyFileBytes) throw new KeyFault('is too large for a key');
  if (process.platform !== 'win32' && (status.mode & 0o077) !== 0) {
    throw new KeyFault(`can be read by others: run "chmod 600 ${path}"`);
  }
  return readSigningKey(await file.readFile('utf8'));
}
