import { manifestLimits, limits } from '@proofpix/contract/limits';
import {
  frameTypes,
  type Frame,
  type CompileBody,
  type FrameType,
  type LoadBody,
  type WireError,
} from '@proofpix/contract/wire';
import { openIsolatedVm } from './addon.ts';
import { openChannel } from './channel.ts';
import { makeCodeCache } from './code-cache.ts';
import { PackageFiles } from './package-files.ts';
import { Sandbox, type Outlet } from './sandbox.ts';
import { Stacks } from './stacks.ts';

/**
 * Entering the isolate costs more than a frame, so frames go in together; but not all of them, so that the host works
 * on the first answers while the next ones are made.
 */
const framesAtOnce = 8;

const library = openIsolatedVm(process.argv[2]);
const timers = new Map<number, NodeJS.Timeout>();
const openCalls = new Set<number>();
let loadId: number | undefined;
let hasLoaded = false;
let mayLoad = true;
/** While a rejection is reported, whose line must leave before the answer of its call. */
let reporting = false;
let stacks: Stacks | undefined;

const outlet: Outlet = {
  post(type, id, json, bytes) {
    if (type === frameTypes.loaded) loadId = undefined;
    if (type !== frameTypes.loaded && type !== frameTypes.hostCall) return;
    channel.queue(type, id, json, bytes, reporting);
  },
  answer: postResult,
  fail(type, id, error) {
    const stack = error.stack === '' ? '' : stacks?.render(error.message, error.stack);
    postError(type, id, { code: error.code, message: error.message, ...(stack ? { stack } : {}) });
  },
  startTimer(id, milliseconds) {
    clearTimeout(timers.get(id));
    timers.set(
      id,
      setTimeout(() => {
        timers.delete(id);
        turn(() => sandbox.fireTimer(id));
      }, milliseconds),
    );
  },
  stopTimer(id) {
    clearTimeout(timers.get(id));
    timers.delete(id);
  },
};

const channel = openChannel(
  (frames) => receive(frames),
  () => {
    for (const timer of timers.values()) clearTimeout(timer);
    sandbox.dispose();
  },
);
let sandbox = new Sandbox(library, manifestLimits.memory.default, outlet);
channel.queue(frameTypes.ready, 0, JSON.stringify({ pid: process.pid, node: process.versions.node }));
channel.flush();

function receive(frames: readonly Frame[]): void {
  const work: Frame[] = [];
  for (const frame of frames) {
    if (frame.type === frameTypes.load) load(frame);
    else if (frame.type === frameTypes.compile) compile(frame);
    else if (frame.type === frameTypes.call || frame.type === frameTypes.reply) work.push(frame);
    if (frame.type === frameTypes.call) openCalls.add(frame.id);
  }
  for (let at = 0; at < work.length; at += framesAtOnce) {
    const some = work.length <= framesAtOnce ? work : work.slice(at, at + framesAtOnce);
    turn(() => sandbox.deliver(some));
  }
}

function load(frame: Frame): void {
  if (hasLoaded || !mayLoad) {
    const message = 'This runner has loaded a plugin already.';
    postError(frameTypes.loaded, frame.id, { code: 'plugin_load_failed', message });
    channel.flush();
    return;
  }
  hasLoaded = true;
  loadId = frame.id;
  turn(() => {
    const body = JSON.parse(frame.json) as LoadBody; // written by the host
    const files = new PackageFiles(body, frame.bytes);
    stacks = new Stacks(files);
    if (body.memoryMb !== sandbox.memoryMb) {
      // Refused while there is one that can say so. Two at a time would need twice the address space, which counts.
      if (!(body.memoryMb >= manifestLimits.memory.minimum)) throw new Error('The load frame gives too little memory.');
      sandbox.dispose();
      sandbox = new Sandbox(library, body.memoryMb, outlet);
    }
    sandbox.load(frame.id, body, files);
  });
}

/** A process that compiles for others stays free of plugins, and the other way round: it could be made to lie. */
function compile(frame: Frame): void {
  if (hasLoaded) return;
  mayLoad = false;
  const { path } = JSON.parse(frame.json) as CompileBody; // written by the host
  channel.queue(frameTypes.compiled, frame.id, '', makeCodeCache(path, frame.bytes));
  channel.flush();
}

/**
 * One visit to the isolate. What it said leaves afterwards, when its microtasks have run too: a plugin that answers and
 * goes on for ever has not answered. An error that comes out is a rejection that nobody handled, or the isolate's end.
 */
function turn(work: () => void): void {
  if (sandbox.isDisposed) return;
  try {
    work();
  } catch (error) {
    if (sandbox.isDisposed) giveUp();
    else reportEscaped(error);
  }
  channel.flush();
}

function reportEscaped(error: unknown): void {
  reporting = true;
  try {
    if (loadId !== undefined) {
      sandbox.failLoading(error);
      refuseLoad(error);
    } else {
      sandbox.reportRejection(error);
    }
  } catch {
    // Reporting runs in the isolate too, where another rejection may surface: it has no one to tell.
    if (sandbox.isDisposed) giveUp();
  } finally {
    reporting = false;
  }
}

/** The guest answers for what went wrong while it loaded; a load that never came to it is answered here. */
function refuseLoad(error: unknown): void {
  if (loadId === undefined) return;
  const message = error instanceof Error ? error.message : 'The load frame is not valid.';
  postError(frameTypes.loaded, loadId, { code: 'plugin_load_failed', message });
}

/** The isolate ran into its memory limit and is gone, and every call with it. */
function giveUp(): void {
  const error: WireError = { code: 'plugin_memory', message: 'The plugin used more memory than it may.' };
  if (loadId !== undefined) postError(frameTypes.loaded, loadId, error);
  for (const id of openCalls) postError(frameTypes.result, id, error);
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  channel.flush();
  channel.close();
}

function postResult(id: number, json: string): void {
  if (json.length > limits.resultJsonBytes / 3 && Buffer.byteLength(json) > limits.resultJsonBytes) {
    const message = `The result is over ${limits.resultJsonBytes} bytes.`;
    return postError(frameTypes.result, id, { code: 'plugin_result_invalid', message });
  }
  openCalls.delete(id);
  channel.queue(frameTypes.result, id, `{"ok":true,"value":${json}}`);
}

function postError(type: FrameType, id: number, error: WireError): void {
  if (type === frameTypes.loaded) loadId = undefined;
  else if (type === frameTypes.result) openCalls.delete(id);
  else return;
  channel.queue(type, id, JSON.stringify({ ok: false, error }));
}
