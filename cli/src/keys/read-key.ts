import { readFile, stat } from 'node:fs/promises';
import { limits } from '@proofpix/contract/limits';
import { readKeyFile } from '@proofpix/signatures/key-file';
import { KeyFault, readPublicKey, type PublicKey, type SigningKey } from '@proofpix/signatures/keys';
import { fromCaller } from '../config.ts';
import { CommandFailure } from '../failure.ts';

/** One's own key. @throws CommandFailure */
export async function readOwnKey(file: string): Promise<SigningKey> {
  return told(file, () => readKeyFile(fromCaller(file)));
}

/** The public part of a key, from a file that holds it alone or with the private one. @throws CommandFailure */
export async function readAnyKey(file: string): Promise<PublicKey> {
  return told(file, async () => {
    const text = await smallText(file);
    return text.includes('PRIVATE KEY') ? readKeyFile(fromCaller(file)) : readPublicKey(text.trim());
  });
}

/** @throws CommandFailure when it is too large for what it should be */
export async function smallText(file: string, most: number = limits.keyFileBytes): Promise<string> {
  const path = fromCaller(file);
  if ((await stat(path)).size > most) throw new CommandFailure(`${file} is too large.`);
  return readFile(path, 'utf8');
}

async function told<Key>(file: string, read: () => Promise<Key>): Promise<Key> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof KeyFault) throw new CommandFailure(`${file} ${error.message}.`);
    throw error;
  }
}
