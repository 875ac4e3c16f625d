import type { HostCallArgs, HostCallName, HostCallResult } from '@proofpix/contract/host-calls';
import type { Json } from '@proofpix/contract/json';
import type { Capabilities, Installation } from '../capabilities.ts';
import type { OpenCall } from '../open-call.ts';
import { attest, digest } from './crypto.ts';
import { emit } from './emit.ts';
import { readFile, writeFile } from './files.ts';
import { log } from './log.ts';
import { deleteValue, getValue, listKeys, setValue } from './storage.ts';

/** What a host call gets: who calls, within which call, and the outside. Its arguments are valid and its grant is checked. */
export type HostCallContext = {
  installation: Installation;
  call: OpenCall;
  /** Raw bytes behind the JSON; empty unless the row says `to-host`. */
  bytes: Uint8Array;
  capabilities: Capabilities;
  /** Hands a custom hook to its implementers; gives how many took it. */
  deliver(hook: string, payload: Json, call: OpenCall): number;
};

export type HostCallAnswer<Result> = { value: Result; bytes?: Uint8Array };

export type HostCall<Name extends HostCallName> = (
  args: HostCallArgs<Name>,
  context: HostCallContext,
) => Promise<HostCallAnswer<HostCallResult<Name>>> | HostCallAnswer<HostCallResult<Name>>;

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
