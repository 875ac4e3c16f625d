import type { ErrorCode } from '@proofpix/contract/errors';
import type { HostCallName } from '@proofpix/contract/host-calls';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { ReplyBody } from '@proofpix/contract/wire';
import { bridge } from './bridge.ts';
import { codedError, describe } from './errors.ts';
import { hostCallFrame } from './frames.ts';
import { Bytes, dictionary, parseJson, PromiseOf, toJson } from './intrinsics.ts';

export type Caller = { id: number; hostCalls: number };
type Answer = { value: Json; bytes: Uint8Array };
type Waiting = { resolve: (answer: Answer) => void; reject: (error: Error) => void };

/** The largest value that any host call takes, and room for its key. The host has the exact limits. */
const argumentChars = limits.storageValueBytes + 8_192;

let waiting = dictionary<Waiting>();
let waits = false;
let lastId = 0;

/**
 * Asks the host. `args` is JSON text: each value was put into it by `jsonOf`, so that what plugin code did to
 * prototypes cannot add anything. The host decides; nothing is checked here but sizes.
 */
export function callHost(caller: Caller, name: HostCallName, args: string, bytes?: Uint8Array): Promise<Answer> {
  return new PromiseOf<Answer>((resolve, reject) => {
    caller.hostCalls += 1;
    if (caller.hostCalls > limits.hostCallsPerCall) {
      reject(codedError('host_call_limit', `A call can make ${limits.hostCallsPerCall} host calls.`));
      return;
    }
    if (args.length > argumentChars) {
      reject(codedError('host_call_invalid', `The arguments of ${name} are too large.`));
      return;
    }
    lastId = lastId === 0xffff_ffff ? 1 : lastId + 1; // ids travel as u32, 0 means none
    waiting[lastId] = { resolve, reject };
    waits = true;
    bridge().post(hostCallFrame, lastId, `{"call":${caller.id},"name":"${name}","args":${args}}`, bytes);
  });
}

export function receiveReply(id: number, json: string, bytes: Uint8Array | undefined): void {
  const one = waiting[id];
  if (one === undefined) return;
  delete waiting[id];
  const body = parseJson(json) as ReplyBody; // written by the host
  if (body.ok) one.resolve({ value: body.value, bytes: bytes ?? new Bytes(0) });
  else one.reject(codedError(body.error.code, body.error.message));
}

/** No call is open any more: what still waits is never answered. */
export function forgetReplies(): void {
  if (waits) waiting = dictionary();
  waits = false;
}

/** A value of the plugin as JSON text. Throws `code` where it cannot be. */
export function jsonOf(value: unknown, code: ErrorCode, what: string): string {
  let json: string | undefined;
  try {
    json = toJson(value);
  } catch (error) {
    throw codedError(code, `${what} cannot be written as JSON: ${describe(error, code).message}`);
  }
  if (json === undefined) throw codedError(code, `${what} cannot be written as JSON: it is ${typeof value}.`);
  return json;
}
