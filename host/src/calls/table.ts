import type { HostCallName } from '@proofpix/contract/host-calls';
import { attest, digest } from './crypto.ts';
import { emit } from './emit.ts';
import { readFile, writeFile } from './files.ts';
import type { HostCall } from './host-call.ts';
import { log } from './log.ts';
import { deleteValue, getValue, listKeys, setValue } from './storage.ts';

/** Everything that a plugin can reach. What is not here does not exist; the grant of each stands in its contract row. */
export const hostCallTable: { [Name in HostCallName]: HostCall<Name> } = {
  log,
  emit,
  'files.read': readFile,
  'files.write': writeFile,
  'storage.get': getValue,
  'storage.set': setValue,
  'storage.delete': deleteValue,
  'storage.list': listKeys,
  'crypto.digest': digest,
  'crypto.attest': attest,
};
