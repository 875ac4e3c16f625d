// The built-in functions that the guest relies on, kept before plugin code can replace them. Guest code that touches
// the bridge uses these and plain syntax only: no iteration of arrays, no spread, no method calls on shared prototypes.
// Attack: test/escape/poisoned-built-ins.test.ts.

/** Makes `method` callable with its receiver as the first argument, without looking anything up when it is called. */
export function uncurry<This, Args extends unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
): (receiver: This, ...args: Args) => Result {
  // bind.bind(call) is typed as any function: the signature above says what it really is.
  return bindCall(method) as (receiver: This, ...args: Args) => Result;
}
const bindCall = Function.prototype.bind.bind(Function.prototype.call);

export const { apply, construct, ownKeys } = Reflect;
export const { create, freeze, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, keys, setPrototypeOf } = Object;
export const { isArray } = Array;
export const { parse: parseJson, stringify: toJson } = JSON;
export const { min, floor } = Math;
export const { isFinite: isFiniteNumber } = Number;
export const StringOf = String;
export const NumberOf = Number;
export const ErrorOf = Error;
export const TypeErrorOf = TypeError;
export const RangeErrorOf = RangeError;
export const SyntaxErrorOf = SyntaxError;
export const PromiseOf = Promise;
export const Bytes = Uint8Array;
export const Buffer = ArrayBuffer;
export const isView = ArrayBuffer.isView;

const defineProperty = Object.defineProperty;
const { bind } = Function.prototype;
const bindFunction = uncurry(bind);
export const slice = uncurry(String.prototype.slice);
export const indexOf = uncurry(String.prototype.indexOf);
export const startsWith = uncurry(String.prototype.startsWith);
export const promiseThen = uncurry(Promise.prototype.then);
const weakSetAdd = uncurry(WeakMap.prototype.set);
const weakSetGet = uncurry(WeakMap.prototype.get);

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object; // %TypedArray%.prototype has no name in JavaScript
export const viewBuffer = accessor<ArrayBuffer>(typedArray, 'buffer');
export const viewOffset = accessor<number>(typedArray, 'byteOffset');
export const viewLength = accessor<number>(typedArray, 'byteLength');
export const dataViewBuffer = accessor<ArrayBuffer>(DataView.prototype, 'buffer');
export const dataViewOffset = accessor<number>(DataView.prototype, 'byteOffset');
export const dataViewLength = accessor<number>(DataView.prototype, 'byteLength');
export const bufferLength = accessor<number>(ArrayBuffer.prototype, 'byteLength');
const tag = accessor<string | undefined>(typedArray, Symbol.toStringTag);

/** Reads the internal slot behind a getter, whatever was done to the property since. Throws on another kind of object. */
function accessor<Value>(prototype: object, key: string | symbol): (receiver: unknown) => Value {
  const getter = getOwnPropertyDescriptor(prototype, key)?.get;
  if (getter === undefined) throw new ErrorOf(`No getter ${StringOf(key)}.`);
  return uncurry(getter as (this: unknown) => Value); // the slot's type is given by the specification
}

export function isTypedArray(value: unknown): boolean {
  return isView(value) && tag(value) !== undefined;
}

/** Defines an ordinary property. The descriptor has no prototype, so that nothing inherited can answer for it. */
export function define(target: object, key: PropertyKey, value: unknown, enumerable = false): void {
  defineProperty(target, key, {
    __proto__: null,
    value,
    writable: true,
    configurable: true,
    enumerable,
  } as PropertyDescriptor);
}

/** Defines what plugin code can neither replace nor remove. */
export function defineFixed(target: object, key: PropertyKey, get: () => unknown, set: (value: unknown) => void): void {
  defineProperty(target, key, {
    __proto__: null,
    get,
    set,
    configurable: false,
    enumerable: false,
  } as PropertyDescriptor);
}

/** A function whose source text reads `[native code]` and that has no properties of ours to tamper with. */
export function sealed<Fn extends (...args: never[]) => unknown>(fn: Fn): Fn {
  // bind keeps the signature when only `this` is bound; its own type cannot say so for any function.
  return freeze(bindFunction(fn as unknown as (this: unknown) => unknown, undefined)) as unknown as Fn;
}

/** A dictionary without a prototype: keys of strangers meet nothing inherited. */
export function dictionary<Value>(): { [key: string]: Value } {
  return create(null) as { [key: string]: Value }; // an empty object is a dictionary of anything
}

/** An array without a prototype: an index of it that is not there meets no setter. */
export function bareArray<Value>(): Value[] {
  return setPrototypeOf([], null) as Value[]; // an empty array is one of anything
}

/** A mark on objects that plugin code can neither see nor put. */
export function createMarks<Value>(): {
  put(object: object, value: Value): void;
  get(object: object): Value | undefined;
} {
  const marks = new WeakMap<object, Value>();
  return {
    put: (object, value) => void weakSetAdd(marks as WeakMap<WeakKey, unknown>, object, value),
    get: (object) => weakSetGet(marks as WeakMap<WeakKey, unknown>, object) as Value | undefined, // only `put` writes
  };
}
