import type { StepError, DerivedFile } from '@proofpix/contract/runs';
import type { CallBody } from '@proofpix/contract/wire';
import type { DerivedFiles, Photo, Traffic } from './capabilities.ts';
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

/** One call to a plugin, from the moment it waits until it ended. */
export type OpenCall = {
  readonly kind: CallBody['kind'];
  readonly hook: string | null;
  readonly inputJson: string;
  readonly photo: Photo | undefined;
  readonly derivedFiles: DerivedFiles | undefined;
  readonly deadline: number;
  readonly emission: Emission;
  /** Processor time that is its share, and how much it may use. */
  cpuMilliseconds: number;
  readonly cpuLimit: number;
  /** `waiting` for the runner, `open` in it, `abandoned` by its caller but still in it, or `ended`. */
  state: 'waiting' | 'open' | 'abandoned' | 'ended';
  timer: NodeJS.Timeout | undefined;
  startedAt: number;
  attempts: number;
  /** Tried again after a death that nobody could be blamed for: it then runs with nothing beside it. */
  alone: boolean;
  /** Ends the runner that gave an answer which only a broken one gives. */
  blame: (detail: string) => void;
  readonly used: Used;
  /** Derived files by the key of their name. */
  readonly files: Map<string, DerivedFile | null>;
  /** Writes under way: a call has not ended before its files are there. */
  readonly writing: Set<Promise<unknown>>;
  readonly settle: (outcome: Outcome) => void;
};

export function openCall(
  call: Pick<OpenCall, 'kind' | 'hook' | 'inputJson' | 'deadline' | 'settle'> &
    Partial<Pick<OpenCall, 'photo' | 'derivedFiles' | 'emission' | 'cpuLimit'>>,
): OpenCall {
  return {
    kind: call.kind,
    hook: call.hook,
    inputJson: call.inputJson,
    photo: call.photo,
    derivedFiles: call.derivedFiles,
    deadline: call.deadline,
    emission: call.emission ?? { depth: 0, budget: { left: limits.emitsPerCall } },
    cpuMilliseconds: 0,
    cpuLimit: call.cpuLimit ?? Infinity,
    state: 'waiting',
    timer: undefined,
    startedAt: 0,
    attempts: 0,
    alone: false,
    blame: () => {},
    used: nothingUsed(),
    files: new Map(),
    writing: new Set(),
    settle: call.settle,
  };
}

/** Ends a call once; later ends of the same call are nothing. */
export function endCall(call: OpenCall, outcome: Outcome): void {
  if (call.state === 'ended') return;
  call.state = 'ended';
  clearTimeout(call.timer);
  call.settle(outcome);
}

/** Back to the queue for its second attempt: what the first one did is not counted and its files are forgotten. */
export function resetCall(call: OpenCall): void {
  clearTimeout(call.timer);
  call.state = 'waiting';
  call.cpuMilliseconds = 0;
  Object.assign(call.used, nothingUsed());
  call.files.clear();
}
