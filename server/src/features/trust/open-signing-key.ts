import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readKeyFile, writeKeyFile } from '@proofpix/signatures/key-file';
import { KeyFault, makeSigningKey, type SigningKey } from '@proofpix/signatures/keys';
import { OperatorError } from '../../operator-error.ts';

const signingKeyName = 'signing.pem';

/**
 * The key that this server signs trust metadata and countersignatures with. Beside the master key: whoever copies the data
 * alone can sign nothing. Made at the first start.
 * @param known whether something was signed already: then a new key would help nobody
 * @throws OperatorError
 */
export async function openSigningKey(keyFolder: string, { known }: { known: boolean }): Promise<SigningKey> {
  const path = join(keyFolder, signingKeyName);
  try {
    return await readKeyFile(path);
  } catch (cause) {
    if (cause instanceof KeyFault) throw new OperatorError(`The signing key ${path} ${cause.message}.`, { cause });
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new OperatorError(`The signing key ${path} cannot be read: ${(cause as Error).message}.`, { cause }); // node:fs throws Errors
    }
  }
  if (known) {
    throw new OperatorError(
      `The signing key ${path} is missing, but the kill list was signed with it: restore it from your backup.`,
    );
  }
  await mkdir(keyFolder, { recursive: true, mode: 0o700 });
  const { key, pem } = makeSigningKey();
  try {
    await writeKeyFile(path, pem);
    return key;
  } catch (cause) {
    // Another server was quicker: its key is the one.
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return readKeyFile(path);
    throw new OperatorError(`The signing key ${path} cannot be made: ${(cause as Error).message}.`, { cause }); // node:fs throws Errors
  }
}
