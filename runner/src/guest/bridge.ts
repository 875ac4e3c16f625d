import type { Computations } from '../computations.ts';
import { apply, ErrorOf } from './intrinsics.ts';

/**
 * The only functions of the runner that this isolate can call. They stand in this module's scope, never on an object
 * that plugin code can reach; they take and give copies of strings, numbers and bytes.
 */
export type Bridge = {
  /** A frame with JSON that is passed on unread. */
  post: (type: number, id: number, json: string, bytes?: Uint8Array) => void;
  /** `result` frames that say yes, as (id, JSON) one behind the other. */
  answer: (...parts: (number | string)[]) => void;
  /** A `result` or `loaded` frame that says no. The runner maps the stack to original sources. */
  fail: (type: number, id: number, code: string, message: string, stack: string) => void;
  /** Finds what a specifier means: [status, path or message]. */
  resolve: (specifier: string, from: string) => readonly [Resolution, string];
  /** Compiles a CommonJS file and hands it to `defineCommonJs`. Gives an error message or ''. */
  compile: (path: string) => string;
  /** Evaluates an ES module and hands it to `receiveNamespace`. Gives an error message or ''. */
  importModule: (path: string) => string;
  readText: (path: string) => string;
  startTimer: (id: number, milliseconds: number) => void;
  stopTimer: (id: number) => void;
  compute: (name: string, ...args: unknown[]) => readonly [boolean, unknown];
};

export type Resolution = 'commonjs' | 'module' | 'json' | 'built-in' | 'denied' | 'missing';

let held: Bridge | undefined;

export function setBridge(bridge: Bridge): void {
  held = bridge;
}

export function bridge(): Bridge {
  if (held === undefined) throw new ErrorOf('The guest has not been started.');
  return held;
}

/** A computation in the runner's own process on copies of bytes and strings. */
export function compute<Name extends keyof Computations>(
  name: Name,
  ...args: Parameters<Computations[Name]>
): ReturnType<Computations[Name]> {
  const call: unknown[] = [name];
  for (let index = 0; index < args.length; index += 1) call[index + 1] = args[index];
  const answer = apply(bridge().compute, undefined, call);
  if (!answer[0]) throw new ErrorOf(answer[1] as string); // a refused computation carries its message
  return answer[1] as ReturnType<Computations[Name]>; // the runner's table has exactly this type
}
