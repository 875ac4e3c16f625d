import { format as formatAll, inspect as inspectValue } from '../inspect.ts';
import { define, isTypedArray } from '../intrinsics.ts';
import { TextDecoder, TextEncoder } from '../text.ts';

type Callback = (error: unknown, value?: unknown) => void;
type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

export function format(...values: unknown[]): string {
  return formatAll(values, 100_000);
}

export function inspect(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : inspectValue(value, 100_000);
}

export function promisify(original: AnyFunction): AnyFunction {
  if (typeof original !== 'function') throw new TypeError('promisify takes a function.');
  return function (...args) {
    return new Promise((resolve, reject) => {
      const done: Callback = (error, value) => {
        if (error) reject(error);
        else resolve(value);
      };
      original.call(this, ...args, done);
    });
  };
}

export function callbackify(original: (...args: unknown[]) => Promise<unknown>): (...args: unknown[]) => void {
  return (...args) => {
    const done = args.pop() as Callback; // the convention of callbackify
    original(...args).then(
      (value) => queueMicrotask(() => done(null, value)),
      (error: unknown) => queueMicrotask(() => done(error ?? new Error('The promise was rejected without a reason.'))),
    );
  };
}

export function inherits(child: { prototype: object }, parent: { prototype: object }): void {
  define(child, 'super_', parent);
  Object.setPrototypeOf(child.prototype, parent.prototype);
}

export function deprecate<Fn>(fn: Fn): Fn {
  return fn;
}

export function stripVTControlCharacters(text: unknown): string {
  // The control characters are what is looked for.
  // eslint-disable-next-line no-control-regex
  return String(text).replaceAll(/[\u001B\u009B][[\]()#;?]*(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]/g, '');
}

export function isDeepStrictEqual(a: unknown, b: unknown): boolean {
  return equal(a, b, 0);
}

function equal(a: unknown, b: unknown, depth: number): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || depth > 1_000) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (a instanceof RegExp && b instanceof RegExp) return String(a) === String(b);
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size && [...a].every(([key, value]) => b.has(key) && equal(value, b.get(key), depth + 1));
  }
  if (a instanceof Set && b instanceof Set) return a.size === b.size && [...a].every((value) => b.has(value));
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  const [left, right] = [a as { [key: string]: unknown }, b as { [key: string]: unknown }]; // own keys of both
  return keys.every((key) => Object.hasOwn(b, key) && equal(left[key], right[key], depth + 1));
}

export const types = {
  isDate: (value: unknown): boolean => value instanceof Date,
  isRegExp: (value: unknown): boolean => value instanceof RegExp,
  isMap: (value: unknown): boolean => value instanceof Map,
  isSet: (value: unknown): boolean => value instanceof Set,
  isPromise: (value: unknown): boolean => value instanceof Promise,
  isNativeError: (value: unknown): boolean => value instanceof Error,
  isTypedArray: (value: unknown): boolean => isTypedArray(value),
  isUint8Array: (value: unknown): boolean => value instanceof Uint8Array,
  isArrayBuffer: (value: unknown): boolean => value instanceof ArrayBuffer,
};

export { TextDecoder, TextEncoder };
// Plugins write `import util from 'util'` and `require('util')`: both get this object.
export default {
  format,
  inspect,
  promisify,
  callbackify,
  inherits,
  deprecate,
  stripVTControlCharacters,
  isDeepStrictEqual,
  types,
  TextDecoder,
  TextEncoder,
};
