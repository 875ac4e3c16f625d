import { Compile } from 'typebox/compile';
import type { TSchema } from 'typebox';
import { Problem, errors } from '@proofpix/contract/errors';
import { hostCallNames, hostCalls, isHostCall, type HostCallName } from '@proofpix/contract/host-calls';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { HostCallBody, ReplyBody, WireError, Frame } from '@proofpix/contract/wire';
import type { Capabilities, Installation, Violation } from './capabilities.ts';
import type { HostCall } from './calls/host-call.ts';
import { hostCallTable } from './calls/table.ts';
import { schemaErrors } from './check-result.ts';
import { parseJson } from './json-text.ts';
import type { OpenCall } from './open-call.ts';
import { Semaphore } from './semaphore.ts';

/** One side of the broker: the runner it answers. */
export type BrokerSide = {
  installation(): Installation;
  /** A call of this runner that has not ended. */
  call(id: number): OpenCall | undefined;
  /** A number that was given to a call of this runner before. */
  wasCall(id: number): boolean;
  reply(id: number, body: string, bytes: Uint8Array | undefined, onSent: () => void): void;
  /** Stops and resumes listening to the runner. */
  pause(): void;
  resume(): void;
  violation(violation: Violation): void;
  /** The runner itself is hostile: end it. */
  broken(detail: string): void;
  deliver(hook: string, payload: Json, call: OpenCall): number;
};

/** Calls under way at once, and bytes that they brought; beyond, the runner waits before it is heard again. */
const mostPending = 64;
const mostPendingBytes = limits.frameRawBytes;
/** Bytes of answers that are read but not yet taken by the runner. */
const mostReplyBytes = 16 * 1024 * 1024;
/** A plugin whose leftovers go on asking after their calls ended, or past the limit, is stopped in the end. */
const forgivenCalls = 100;
/** Depth of `{call, name, args: {payload: …}}` around a value. */
const wrapperDepth = 2;
const textBytes = 1_024;

type Row = {
  check: {
    Check(value: unknown): boolean;
    Errors(value: unknown): Iterable<{ instancePath: string; message: string }>;
  };
  // The table's type ties each name to its arguments; past the check by the row's own schema that tie is known to hold.
  run: HostCall<HostCallName>;
};
const rows = new Map<string, Row>(
  hostCallNames.map((name) => {
    const schema: TSchema = hostCalls[name].args;
    return [name, { check: Compile(schema), run: hostCallTable[name] as HostCall<HostCallName> }];
  }),
);

/** Answers the host calls of one runner. Never throws and never trusts: each frame may come from an attacker. */
export class Broker {
  readonly #side: BrokerSide;
  readonly #capabilities: Capabilities;
  readonly #replyBytes = new Semaphore(mostReplyBytes);
  #pending = 0;
  #pendingBytes = 0;
  #paused = false;
  #forgiven = 0;

  constructor(side: BrokerSide, capabilities: Capabilities) {
    this.#side = side;
    this.#capabilities = capabilities;
  }

  handle(frame: Frame): void {
    const body = readBody(frame.json);
    if (body === null) return this.#side.broken('A host call has no form.');
    if (body instanceof Problem) return this.#forgive(frame.id, body);
    const { name } = body;
    const oneWay = isHostCall(name) && 'oneWay' in hostCalls[name];
    if (oneWay !== (frame.id === 0))
      return this.#side.broken('A host call that has an answer asks for none, or the reverse.');
    const call = this.#side.call(body.call);
    if (call === undefined || call.state !== 'open') return this.#lateCall(frame.id, body, call);
    call.used.hostCalls += 1;
    if (isHostCall(name)) call.used.byHostCall[name] = (call.used.byHostCall[name] ?? 0) + 1;
    if (call.used.hostCalls > limits.hostCallsPerCall) {
      if (call.used.hostCalls === limits.hostCallsPerCall + 1) {
        const detail = `More than ${limits.hostCallsPerCall} host calls in one call.`;
        this.#side.violation({ type: 'host_call_limit', detail, evidence: { hostCall: body.name } });
      }
      return this.#forgive(frame.id, new Problem('host_call_limit'));
    }
    try {
      this.#perform(frame, body, call);
    } catch (error) {
      this.#refuse(frame.id, error);
    }
  }

  /** Checks everything that can be checked without waiting, then does it. @throws Problem */
  #perform(frame: Frame, body: HostCallBody, call: OpenCall): void {
    const { name, args } = body;
    const row = rows.get(name);
    if (row === undefined || !isHostCall(name)) {
      const detail = `Asked for "${shorten(name)}".`;
      this.#side.violation({ type: 'host_call_unknown', detail, evidence: { hostCall: shorten(name) } });
      throw new Problem('host_call_unknown');
    }
    const installation = this.#side.installation();
    const { permission } = hostCalls[name];
    // Asked each time: a grant that was withdrawn a moment ago is withdrawn.
    if (permission !== null && !installation.grants().has(permission)) {
      const detail = `Called ${name} without "${permission}".`;
      this.#side.violation({ type: 'permission_denied', detail, evidence: { hostCall: name, permission } });
      throw new Problem('permission_denied', `${name} needs "${permission}".`);
    }
    if (frame.bytes.length > 0 && hostCalls[name].bytes !== 'to-host' && hostCalls[name].bytes !== 'both') {
      throw new Problem('host_call_invalid', `${name} takes no bytes.`);
    }
    if (!row.check.Check(args)) {
      throw new Problem('host_call_invalid', undefined, schemaErrors(row.check.Errors(args)));
    }
    const context = {
      installation,
      call,
      bytes: frame.bytes,
      capabilities: this.#capabilities,
      deliver: this.#side.deliver,
      violation: this.#side.violation,
    };
    // A range that was read waits in our memory until the runner takes it: no more of them than fit.
    const weight = name === 'files.read' ? Math.min(Number((args as { length: number }).length), mostReplyBytes) : 0; // checked by its row
    const answer =
      weight === 0
        ? row.run(args as never, context) // checked by its row
        : this.#replyBytes.acquire(weight).then(() => {
            if (call.state !== 'open') throw new Problem('call_ended');
            return row.run(args as never, context); // as above
          });
    if (answer instanceof Promise) void this.#wait(frame, answer, weight);
    else if (frame.id !== 0) this.#answer(frame.id, answer.value, answer.bytes, 0);
  }

  async #wait(frame: Frame, answer: Promise<{ value: Json; bytes?: Uint8Array }>, weight: number): Promise<void> {
    this.#account(1, frame.bytes.length);
    try {
      const { value, bytes } = await answer;
      this.#answer(frame.id, value, bytes, weight);
    } catch (error) {
      this.#replyBytes.release(weight);
      this.#refuse(frame.id, error);
    }
    this.#account(-1, -frame.bytes.length);
  }

  /** Listens no longer while too much is under way. What is asked then waits in the runner's own memory. */
  #account(calls: number, bytes: number): void {
    this.#pending += calls;
    this.#pendingBytes += bytes;
    const full = this.#pending >= mostPending || this.#pendingBytes >= mostPendingBytes;
    if (full === this.#paused) return;
    this.#paused = full;
    if (full) this.#side.pause();
    else this.#side.resume();
  }

  #answer(id: number, value: Json, bytes: Uint8Array | undefined, weight: number): void {
    const body: ReplyBody = { ok: true, value };
    this.#side.reply(id, JSON.stringify(body), bytes, () => this.#replyBytes.release(weight));
  }

  #refuse(id: number, error: unknown): void {
    if (id === 0) return;
    const body: ReplyBody = { ok: false, error: wireError(error) };
    this.#side.reply(id, JSON.stringify(body), undefined, () => {});
  }

  /** A call that has ended: the plugin's leftovers. One that never was: nothing a plugin can do, so the runner lies. */
  #lateCall(id: number, body: HostCallBody, call: OpenCall | undefined): void {
    if (call === undefined && !this.#side.wasCall(body.call))
      return this.#side.broken('A host call names a call that never was.');
    if (call?.state !== 'abandoned') {
      const hostCall = shorten(body.name);
      const detail = `Called "${hostCall}" after its call had ended.`;
      this.#side.violation({ type: 'call_ended', detail, evidence: { hostCall } });
    }
    this.#forgive(id, new Problem('call_ended'));
  }

  #forgive(id: number, problem: Problem): void {
    this.#forgiven += 1;
    if (this.#forgiven > forgivenCalls)
      return this.#side.broken(`It went on after ${forgivenCalls} refused host calls.`);
    this.#refuse(id, problem);
  }
}

/** null: not a host call at all. A Problem: one that is too large to look at. */
function readBody(json: string): HostCallBody | Problem | null {
  try {
    const body = parseJson(json, { depth: limits.jsonDepth + wrapperDepth, code: 'host_call_invalid' });
    if (typeof body !== 'object' || body === null || !('call' in body) || !('name' in body) || !('args' in body))
      return null;
    const { call, name, args } = body;
    if (!Number.isInteger(call) || typeof name !== 'string') return null;
    return { call: call as number, name, args: args as Json }; // an integer by the line above; what JSON.parse gave
  } catch (error) {
    return error instanceof Problem ? error : null;
  }
}

/** An error of the outside (a database, a disk) says nothing about itself to a plugin. */
function wireError(error: unknown): WireError {
  if (!(error instanceof Problem)) return { code: 'internal', message: errors.internal[1] };
  const fields = error.fields.map(({ field, message }) => `${field} ${message}`).join('; ');
  return {
    code: error.code,
    message: fields === '' ? error.message : `${error.message} ${fields}`.slice(0, textBytes),
  };
}

function shorten(name: string): string {
  return name.slice(0, 60).toWellFormed();
}
