import type { Problem } from '@proofpix/contract/errors';
import type { StepError, DerivedFile } from '@proofpix/contract/runs';
import type { CallBody } from '@proofpix/contract/wire';
import type { DerivedFiles, Photo, ReportFiles, Traffic, Violation } from './capabilities.ts';
import { limits } from '@proofpix/contract/limits';

/** How many emits the whole tree of calls below one call from outside may make, and how deep this call stands in it. */
export type Emission = { depth: number; budget: { left: number } };

/** How a call ended, before its result was judged. */
export type Outcome = { ok: true; json: string } | { ok: false; error: StepError };

/** What a call used of the host so far. */
export type Used = {
  hostCalls: number;
  byHostCall: { [name: string]: number };
  bytesRead: number;
  bytesWritten: number;
  logLines: number;
  traffic: Traffic;
};

function nothingUsed(): Used {
  return { hostCalls: 0, byHostCall: {}, bytesRead: 0, bytesWritten: 0, logLines: 0, traffic: {} };
}

/** The runner that a call is, or was, in. */
export type CallRunner = {
  /** The calls in it that have not ended. */
  readonly open: ReadonlyMap<number, OpenCall>;
  /** Ends the runner that gave an answer which only a broken one gives. */
  blame(detail: string): void;
  violation(violation: Violation): void;
};

/** One call to a plugin, from the moment it waits until it ended. */
export type OpenCall = {
  readonly kind: CallBody['kind'];
  readonly hook: string | null;
  readonly inputJson: string;
  readonly photo: Photo | undefined;
  readonly reportFiles: ReportFiles | undefined;
  readonly derivedFiles: DerivedFiles | undefined;
  readonly deadline: number;
  readonly emission: Emission;
  /** Processor time that is its share, and how much it may use. */
  cpuMilliseconds: number;
  readonly cpuLimit: number;
  /** `waiting` for the runner, `open` in it, `abandoned` by its caller but still in it, or `ended`. */
  state: 'waiting' | 'open' | 'abandoned' | 'ended';
  /** When it is over (performance.now): its time in the queue, then its time in the runner. */
  due: number;
  /** Since when it has been in the queue, if it could not be sent at once. */
  waitingSince: number;
  startedAt: number;
  attempts: number;
  /** Tried again after a death that nobody could be blamed for: it then runs with nothing beside it. */
  alone: boolean;
  /** It did something outside that must not be done twice: it is not tried again. */
  acted: boolean;
  /** The circuit is half-open and this call decides. */
  probe: boolean;
  runner: CallRunner | null;
  /** Host calls of it that the host has read and not looked at yet; an answer that came meanwhile waits for them. */
  queued: number;
  answer: string | null;
  readonly used: Used;
  /** Derived files by the key of their name. */
  readonly files: Map<string, DerivedFile | null>;
  /** Writes under way: a call has not ended before its files are there. */
  readonly writing: Set<Promise<unknown>>;
  /** What must not outlive it: requests under way. Made when there is one. */
  atEnd: Set<() => void> | null;
  readonly settle: (outcome: Outcome) => void;
};

export function openCall(
  call: Pick<OpenCall, 'kind' | 'hook' | 'inputJson' | 'deadline' | 'settle'> &
    Partial<Pick<OpenCall, 'photo' | 'reportFiles' | 'derivedFiles' | 'emission' | 'cpuLimit'>>,
): OpenCall {
  return {
    kind: call.kind,
    hook: call.hook,
    inputJson: call.inputJson,
    photo: call.photo,
    reportFiles: call.reportFiles,
    derivedFiles: call.derivedFiles,
    deadline: call.deadline,
    emission: call.emission ?? { depth: 0, budget: { left: limits.emitsPerCall } },
    cpuMilliseconds: 0,
    cpuLimit: call.cpuLimit ?? Infinity,
    state: 'waiting',
    due: Infinity,
    waitingSince: 0,
    startedAt: 0,
    attempts: 0,
    alone: false,
    acted: false,
    probe: false,
    runner: null,
    queued: 0,
    answer: null,
    used: nothingUsed(),
    files: new Map(),
    writing: new Set(),
    atEnd: null,
    settle: call.settle,
  };
}

/** Ends a call once; later ends of the same call are nothing. */
export function endCall(call: OpenCall, outcome: Outcome): void {
  if (call.state === 'ended') return;
  call.state = 'ended';
  stopAll(call);
  call.settle(outcome);
}

export function failed(problem: Problem): Outcome {
  return { ok: false, error: { code: problem.code, message: problem.message } };
}

/** Back to the queue for its second attempt: what the first one did is not counted and its files are forgotten. */
export function resetCall(call: OpenCall): void {
  call.state = 'waiting';
  stopAll(call);
  call.queued = 0;
  call.answer = null;
  call.cpuMilliseconds = 0;
  Object.assign(call.used, nothingUsed());
  call.files.clear();
}

function stopAll(call: OpenCall): void {
  const stops = call.atEnd;
  call.atEnd = null;
  for (const stop of stops ?? []) stop();
}
