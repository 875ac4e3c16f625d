import { Compile } from 'typebox/compile';
import type { TSchema } from 'typebox';
import { Problem, errors } from '@proofpix/contract/errors';
import { hostCallNames, hostCalls, isHostCall } from '@proofpix/contract/host-calls';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { HostCallBody, ReplyBody, WireError, Frame } from '@proofpix/contract/wire';
import type { Capabilities, Installation, Violation } from './capabilities.ts';
import { hasEffect } from './calls/effects.ts';
import type { AnyHostCall } from './calls/host-call.ts';
import { hostCallTable } from './calls/table.ts';
import { schemaErrors } from './check-result.ts';
import { parseJson } from './json-text.ts';
import { PerMinute, type EffectiveLimits } from './limits.ts';
import type { OpenCall } from './open-call.ts';

/** One side of the broker: the runner it answers. */
export type BrokerSide = {
  installation(): Installation;
  limits(): EffectiveLimits;
  /** Host calls of the installation in the running minute, over all its runners. */
  readonly minute: PerMinute;
  /** A call of this runner that has not ended. */
  call(id: number): OpenCall | undefined;
  /** A number that was given to a call of this runner before. */
  wasCall(id: number): boolean;
  reply(id: number, body: string, bytes: Uint8Array | undefined): void;
  /** Bytes that were sent and that the runner has not taken. */
  bufferedBytes(): number;
  /** The last host call of a call that was answered meanwhile has been looked at. */
  answered(call: OpenCall): void;
  /** Stops and resumes listening to the runner. */
  pause(): void;
  resume(): void;
  violation(violation: Violation): void;
  /** The runner itself is hostile: end it. */
  broken(detail: string): void;
  /** It goes on although it is refused: end it. A plugin can do that, so it is not hostile. */
  stubborn(violation: Violation): void;
  deliver(hook: string, payload: Json, call: OpenCall): number;
};

/** Calls under way at once, and bytes that they brought; beyond, what is asked waits. */
const mostPending = 2 * limits.callsInFlight;
const mostPendingBytes = limits.frameRawBytes;
/** Host calls that wait here; beyond, the runner is not listened to, and what it asks waits in its own memory. */
const mostQueued = 1_024;
/** Bytes of answers that are read but not yet taken by the runner. */
const mostReplyBytes = 16 * 1024 * 1024;
/** What an answer may come to hold, for the room it is given; one that says less in its arguments gets less. */
const replyBytes: { readonly [name: string]: number } = {
  'files.read': limits.readBytes,
  'storage.get': limits.storageValueBytes,
  'storage.list': limits.storageValueBytes,
  'security.events': limits.storageValueBytes,
  // Few at a time (`httpAtOnce`), which bounds those that are larger than this.
  'http.request': 1024 * 1024,
};
/** So much text, and so many bytes, cost as much as a host call of its own. */
const freeChars = 8 * 1024;
const freeBytes = 64 * 1024;
/** Refused host calls in a minute, after which a plugin whose leftovers go on asking is stopped. */
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
  run: AnyHostCall;
};
const rows = new Map<string, Row>(
  hostCallNames.map((name) => {
    const schema: TSchema = hostCalls[name].args;
    return [name, { check: Compile(schema), run: hostCallTable[name] }];
  }),
);

/** Given the error, or null and the bytes of the answer. */
type Tell = (error: unknown, bytes: Uint8Array | undefined) => void;

type Asked = { frame: Frame; body: HostCallBody; call: OpenCall; weight: number };

/** Answers the host calls of one runner. Never throws and never trusts: each frame may come from an attacker. */
export class Broker {
  readonly #side: BrokerSide;
  readonly #capabilities: Capabilities;
  readonly #queue: Asked[] = [];
  #pending = 0;
  /** Bytes that came with calls under way, and with those that wait. */
  #heldBytes = 0;
  #queuedBytes = 0;
  /** Room that is kept for answers under way. */
  #reserved = 0;
  #paused = false;
  #closed = false;
  readonly #forgiven = new PerMinute(forgivenCalls);

  constructor(side: BrokerSide, capabilities: Capabilities) {
    this.#side = side;
    this.#capabilities = capabilities;
  }

  handle(frame: Frame): void {
    const body = readBody(frame.json);
    if (body === null) return this.#side.broken('A host call has no form.');
    if (body instanceof Problem) return this.#forgive(frame.id, body, 'host_call_limit');
    const { name } = body;
    const oneWay = isHostCall(name) && 'oneWay' in hostCalls[name];
    if (oneWay !== (frame.id === 0))
      return this.#side.broken('A host call that has an answer asks for none, or the reverse.');
    const call = this.#side.call(body.call);
    const over = this.#tooMany(name, call, costOf(frame));
    if (over !== null) return this.#forgive(frame.id, over, 'host_call_limit');
    if (call === undefined || call.state !== 'open') return this.#lateCall(frame.id, body, call);
    const asked = { frame, body, call, weight: weightOf(body) };
    // Those of one plugin are answered in the order in which they came: one that fits does not pass one that does not.
    if (this.#queue.length === 0 && this.#hasRoom(asked.weight)) return this.#start(asked);
    this.#queue.push(asked);
    this.#queuedBytes += frame.bytes.length;
    call.queued += 1;
    this.#listen();
  }

  /** Looks whether there is room again: an answer left, or the runner took what was sent. */
  pump(): void {
    for (let next = this.#queue[0]; next !== undefined && this.#hasRoom(next.weight); next = this.#queue[0]) {
      this.#queue.shift();
      const { call, frame } = next;
      this.#queuedBytes -= frame.bytes.length;
      if (call.state === 'open') this.#start(next);
      else this.#refuse(frame.id, new Problem('call_ended'));
      // Not the one of an earlier attempt, in another runner.
      if (call.queued > 0) {
        call.queued -= 1;
        if (call.queued === 0 && call.answer !== null) this.#side.answered(call);
      }
    }
    this.#listen();
  }

  /** The runner is gone, and with it everything it asked for and nobody looked at. */
  close(): void {
    this.#queue.length = 0;
    this.#closed = true;
  }

  /** Counts it. What is over a limit is refused before anything is looked up. */
  #tooMany(name: string, call: OpenCall | undefined, cost: number): Problem | null {
    if (call !== undefined) {
      const { used } = call;
      used.hostCalls += 1;
      if (isHostCall(name)) used.byHostCall[name] = (used.byHostCall[name] ?? 0) + 1;
      if (used.hostCalls > limits.hostCallsPerCall) {
        if (used.hostCalls === limits.hostCallsPerCall + 1)
          this.#limitHit(name, limits.hostCallsPerCall, 'in one call');
        return new Problem('host_call_limit');
      }
    }
    const counted = this.#side.minute.add(performance.now(), cost);
    if (counted === 'within') return null;
    if (counted === 'first') this.#limitHit(name, this.#side.minute.most, 'in one minute');
    return new Problem('host_call_limit', 'It is over the limit of a minute.');
  }

  #limitHit(name: string, limit: number, within: string): void {
    const detail = `Made more than ${limit} host calls ${within}.`;
    this.#side.violation({ type: 'host_call_limit', detail, evidence: { hostCall: shorten(name), limit } });
  }

  #hasRoom(weight: number): boolean {
    if (this.#pending >= mostPending || this.#heldBytes >= mostPendingBytes) return false;
    const held = this.#reserved + this.#side.bufferedBytes();
    return held === 0 || held + weight <= mostReplyBytes;
  }

  #start(asked: Asked): void {
    const tell = this.#capabilities.hostCall === undefined ? null : this.#teller(asked);
    try {
      this.#perform(asked, tell);
    } catch (error) {
      tell?.(error, undefined);
      this.#refuse(asked.frame.id, error);
    }
  }

  /** For whoever watches: tells of the host call when it is over. */
  #teller({ frame, body, call }: Asked): Tell {
    const began = performance.now();
    return (error, bytes) =>
      this.#capabilities.hostCall?.(this.#side.installation(), {
        within: call.hook ?? call.kind,
        name: shorten(body.name),
        args: body.args,
        startedAt: began - call.startedAt,
        milliseconds: performance.now() - began,
        bytesSent: frame.bytes.length,
        bytesReceived: bytes?.length ?? 0,
        error: error === null ? null : wireError(error),
      });
  }

  /** Checks everything that can be checked without waiting, then does it. @throws Problem */
  #perform({ frame, body, call, weight }: Asked, tell: Tell | null): void {
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
    call.acted ||= hasEffect(name, args as never); // as its row says
    const answer = row.run(args as never, {
      // checked by its row
      installation,
      call,
      bytes: frame.bytes,
      capabilities: this.#capabilities,
      limits: this.#side.limits,
      deliver: this.#side.deliver,
      violation: this.#side.violation,
    });
    if (answer instanceof Promise) return void this.#wait(frame, answer, weight, tell);
    tell?.(null, answer.bytes);
    if (frame.id !== 0) this.#answer(frame.id, answer.value, answer.bytes);
  }

  async #wait(
    frame: Frame,
    answer: Promise<{ value: Json; bytes?: Uint8Array }>,
    weight: number,
    tell: Tell | null,
  ): Promise<void> {
    this.#pending += 1;
    this.#heldBytes += frame.bytes.length;
    this.#reserved += weight;
    this.#listen();
    try {
      const { value, bytes } = await answer;
      tell?.(null, bytes);
      // From here on it counts among what the runner has not taken.
      this.#answer(frame.id, value, bytes);
    } catch (error) {
      tell?.(error, undefined);
      this.#refuse(frame.id, error);
    }
    this.#pending -= 1;
    this.#heldBytes -= frame.bytes.length;
    this.#reserved -= weight;
    this.pump();
  }

  /** Listens no longer while too much waits. What is asked then waits in the runner's own memory. */
  #listen(): void {
    if (this.#closed) return;
    const full = this.#queue.length >= mostQueued || this.#heldBytes + this.#queuedBytes >= mostPendingBytes;
    if (full === this.#paused) return;
    this.#paused = full;
    if (full) this.#side.pause();
    else this.#side.resume();
  }

  #answer(id: number, value: Json, bytes: Uint8Array | undefined): void {
    const body: ReplyBody = { ok: true, value };
    this.#side.reply(id, JSON.stringify(body), bytes);
  }

  #refuse(id: number, error: unknown): void {
    if (error instanceof Problem && error.code === 'storage_quota') {
      this.#side.violation({ type: 'storage_quota', detail: error.message, evidence: {} });
    }
    if (id === 0) return;
    const body: ReplyBody = { ok: false, error: wireError(error) };
    this.#side.reply(id, JSON.stringify(body), undefined);
  }

  /** A call that has ended: the plugin's leftovers. One that never was: nothing a plugin can do, so the runner lies. */
  #lateCall(id: number, body: HostCallBody, call: OpenCall | undefined): void {
    if (call === undefined && !this.#side.wasCall(body.call))
      return this.#side.broken('A host call names a call that never was.');
    const problem = new Problem('call_ended');
    // Its caller left: the plugin cannot know, and its host calls are counted like those of any call.
    if (call?.state === 'abandoned') return this.#refuse(id, problem);
    const hostCall = shorten(body.name);
    const detail = `Called "${hostCall}" after its call had ended.`;
    this.#side.violation({ type: 'call_ended', detail, evidence: { hostCall } });
    this.#forgive(id, problem, 'call_ended');
  }

  #forgive(id: number, problem: Problem, type: 'call_ended' | 'host_call_limit'): void {
    if (this.#forgiven.add(performance.now()) === 'within') return this.#refuse(id, problem);
    const detail = `It went on after ${forgivenCalls} refused host calls.`;
    this.#side.stubborn({ type, detail, evidence: { refused: forgivenCalls } });
  }
}

/**
 * What a host call counts for in its minute. Large arguments are parsed and checked on the one thread that serves all
 * organisations: as many of them as of small ones would fill it.
 */
function costOf({ json, bytes }: Frame): number {
  return 1 + Math.floor(json.length / freeChars) + Math.floor(bytes.length / freeBytes);
}

/** Room for the answer, before the arguments were checked: whatever they are, it is at most that of the row. */
function weightOf({ name, args }: HostCallBody): number {
  const most = replyBytes[name] ?? 0;
  if (name !== 'files.read' || typeof args !== 'object' || args === null || !('length' in args)) return most;
  return typeof args.length === 'number' && args.length >= 0 ? Math.min(args.length, most) : most;
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
