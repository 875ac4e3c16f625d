import { limits } from '@proofpix/contract/limits';
import { bridge } from './bridge.ts';
import { capped } from './errors.ts';
import { hostCallFrame } from './frames.ts';
import { format } from './inspect.ts';
import { dictionary, sealed, toJson } from './intrinsics.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';
export type LogTarget = { id: number; lines: number; open: boolean };

/** Lines written while the plugin loads: they wait for the first call, because a line belongs to a call. */
const waitingLimit = 50;
const waiting: { level: Level; message: string }[] = [];

/** The newest open call: where `console` and errors without a call of their own are written. */
let current: LogTarget | undefined;
/** The call that ended last in this turn: its answer has not left, so a line can still name it. */
let ended: LogTarget | undefined;

export function beginTurn(): void {
  ended = undefined;
}

export function endTarget(target: LogTarget): void {
  ended = target;
  target.open = false;
}

export function setCurrentCall(target: LogTarget | undefined): void {
  current = target;
  if (target === undefined || waiting.length === 0) return;
  for (let index = 0; index < waiting.length; index += 1) {
    const line = waiting[index];
    if (line !== undefined) writeLine(target, line.level, line.message);
  }
  waiting.length = 0;
}

/** The newest open call, for modules that know no call of their own. */
export function currentTarget(): LogTarget | undefined {
  return current;
}

export function writeLine(target: LogTarget, level: Level, message: string): void {
  target.lines += 1;
  if (target.lines > limits.logLinesPerCall) return;
  const last = target.lines === limits.logLinesPerCall;
  const text = last
    ? `No more lines of this call are kept (${limits.logLinesPerCall}).`
    : capped(message, limits.logMessageChars);
  bridge().post(
    hostCallFrame,
    0,
    `{"call":${target.id},"name":"log","args":{"level":"${level}","message":${toJson(text)}}}`,
  );
}

/** A line that no call asked for: a rejection nobody handled, a timer that threw, `console`. */
export function writeUnowned(level: Level, message: string): void {
  const target = current ?? ended;
  if (target !== undefined) writeLine(target, level, message);
  else if (waiting.length < waitingLimit) waiting[waiting.length] = { level, message };
}

export function createLog(target: LogTarget): { [level in Level]: (...values: unknown[]) => void } {
  const at = (level: Level) =>
    sealed((...values: unknown[]): void => {
      // Formatting costs more than counting: a flood is cut off before it.
      // A line of a call that has ended belongs to nothing.
      if (target.open && target.lines < limits.logLinesPerCall)
        writeLine(target, level, format(values, limits.logMessageChars));
    });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export function createConsole(): object {
  const line =
    (level: Level) =>
    (...values: unknown[]): void => {
      if (current !== undefined && current.lines >= limits.logLinesPerCall) return;
      writeUnowned(level, format(values, limits.logMessageChars));
    };
  const counts = dictionary<number>();
  return {
    log: line('info'),
    info: line('info'),
    debug: line('debug'),
    trace: line('debug'),
    dir: (value: unknown) => line('info')(value),
    table: (value: unknown) => line('info')(value),
    warn: line('warn'),
    error: line('error'),
    assert: (condition: unknown, ...values: unknown[]) => {
      if (!condition) line('error')('Assertion failed:', ...values);
    },
    count: (label: unknown = 'default') => {
      const name = `${String(label)}`;
      counts[name] = (counts[name] ?? 0) + 1;
      line('info')(`${name}: ${counts[name]}`);
    },
    group: line('info'),
    groupCollapsed: line('info'),
    groupEnd: () => {},
    time: () => {},
    timeLog: () => {},
    timeEnd: () => {},
  };
}
