import { bridge } from './bridge.ts';
import { apply, dictionary, ErrorOf, floor, min, NumberOf, TypeErrorOf } from './intrinsics.ts';

const timersAtOnce = 1_000;
const longestMilliseconds = 2 ** 31 - 1;
const shortestInterval = 4;

type Timer = { run: (...args: unknown[]) => unknown; args: unknown[]; every: number | undefined };

let timers = dictionary<Timer>();
let count = 0;
let lastId = 0;
/** While a call is open or the plugin loads. Otherwise plugin code could act with nobody watching. */
let allowed = false;

export function allowTimers(): void {
  allowed = true;
}

/** Forgets all timers: the last open call has ended. */
export function forbidTimers(): void {
  allowed = false;
  if (count === 0) return;
  for (const id in timers) bridge().stopTimer(NumberOf(id));
  timers = dictionary();
  count = 0;
}

export function setTimeout(run: unknown, milliseconds?: unknown, ...args: unknown[]): number {
  return start(run, milliseconds, args, false);
}

export function setInterval(run: unknown, milliseconds?: unknown, ...args: unknown[]): number {
  return start(run, milliseconds, args, true);
}

export function clearTimer(id?: unknown): void {
  if (typeof id !== 'number' || timers[id] === undefined) return;
  delete timers[id];
  count -= 1;
  bridge().stopTimer(id);
}

/** Runs a timer's function; what it throws goes to `failed`. */
export function fire(id: number, failed: (error: unknown) => void): void {
  const timer = timers[id];
  if (timer === undefined) return;
  if (timer.every === undefined) {
    delete timers[id];
    count -= 1;
  }
  try {
    apply(timer.run, undefined, timer.args);
  } catch (error) {
    failed(error);
  }
  if (timer.every !== undefined && timers[id] === timer) bridge().startTimer(id, timer.every);
}

function start(run: unknown, milliseconds: unknown, args: unknown[], repeat: boolean): number {
  if (typeof run !== 'function') throw new TypeErrorOf('The first argument of a timer must be a function.');
  if (count >= timersAtOnce) throw new ErrorOf(`A plugin can have ${timersAtOnce} timers at once.`);
  const wanted = floor(NumberOf(milliseconds));
  const delay = wanted > 0 ? min(wanted, longestMilliseconds) : 0; // NaN compares as false
  lastId += 1;
  const id = lastId;
  if (!allowed) return id;
  const every = repeat ? (delay < shortestInterval ? shortestInterval : delay) : undefined;
  timers[id] = { run: run as Timer['run'], args, every }; // checked to be a function
  count += 1;
  bridge().startTimer(id, every ?? delay);
  return id;
}
