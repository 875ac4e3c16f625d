import {
  bufferLength,
  construct,
  isArray,
  isTypedArray,
  isView,
  uncurry,
  viewBuffer,
  viewLength,
  viewOffset,
} from './intrinsics.ts';

const copyBuffer = uncurry(ArrayBuffer.prototype.slice);
const moveBuffer = uncurry(ArrayBuffer.prototype.transfer);
const errorNames = new Set([
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]);
const boxes = [Boolean, Number, String];
const depthLimit = 2_000;

/** The web's structuredClone for what an isolate holds. Functions, symbols and the like throw a DataCloneError. */
export function structuredClone(value: unknown, options?: { transfer?: Iterable<ArrayBuffer> }): unknown {
  const done = new Map<object, unknown>();
  const moved = options?.transfer === undefined ? [] : [...options.transfer];
  for (const buffer of moved) {
    if (!(buffer instanceof ArrayBuffer)) throw cloneError('A value that cannot be transferred was given.');
  }
  const copy = cloneValue(value, done, 0);
  // Moved only after everything was read, so that a failure leaves the originals whole.
  for (const buffer of moved) moveBuffer(buffer);
  return copy;
}

function cloneValue(value: unknown, done: Map<object, unknown>, depth: number): unknown {
  if (typeof value === 'symbol') throw cloneError(`${String(value)} could not be cloned.`);
  if (typeof value === 'function') throw cloneError('A function could not be cloned.');
  if (typeof value !== 'object' || value === null) return value;
  const known = done.get(value);
  if (known !== undefined) return known;
  if (depth > depthLimit) throw cloneError('The value is nested too deeply to be cloned.');
  return cloneObject(value, done, depth + 1);
}

function cloneObject(value: object, done: Map<object, unknown>, depth: number): unknown {
  const keep = <T extends object>(copy: T): T => {
    done.set(value, copy);
    return copy;
  };
  if (value instanceof Date) return keep(new Date(value.getTime()));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof ArrayBuffer) return keep(copyBuffer(value, 0, bufferLength(value)));
  if (isView(value)) return keep(cloneView(value as ArrayBufferView<ArrayBuffer>, done, depth)); // no shared buffers exist here
  if (boxes.some((box) => value instanceof box)) return keep(Object(value.valueOf()) as object); // boxes of primitives
  if (value instanceof Map) {
    const copy = keep(new Map<unknown, unknown>());
    // A getter inside may change the map meanwhile: what it held at first is what is cloned.
    for (const [key, entry] of Array.from(value))
      copy.set(cloneValue(key, done, depth), cloneValue(entry, done, depth));
    return copy;
  }
  if (value instanceof Set) {
    const copy = keep(new Set<unknown>());
    for (const entry of Array.from(value)) copy.add(cloneValue(entry, done, depth));
    return copy;
  }
  if (value instanceof Error) return cloneErrorObject(value, keep, done, depth);
  for (const kind of [Promise, WeakMap, WeakSet, WeakRef]) {
    if (value instanceof kind) throw cloneError(`A ${kind.name} could not be cloned.`);
  }
  const copy = keep(isArray(value) ? emptyList(value.length) : {}) as { [key: string]: unknown }; // by key below
  for (const key of Object.keys(value)) {
    Object.defineProperty(copy, key, {
      value: cloneValue((value as { [key: string]: unknown })[key], done, depth), // its own key
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return copy;
}

/** Of a given length, with holes: only the entries that the original has are defined. */
function emptyList(length: number): unknown[] {
  const list: unknown[] = [];
  list.length = length;
  return list;
}

function cloneView(view: ArrayBufferView<ArrayBuffer>, done: Map<object, unknown>, depth: number): object {
  const buffer = isTypedArray(view) ? viewBuffer(view) : view.buffer;
  const copied = cloneValue(buffer, done, depth) as ArrayBuffer; // a buffer's clone is a buffer
  if (!isTypedArray(view)) return new DataView(copied, view.byteOffset, view.byteLength);
  const typed = view as Uint8Array; // every typed array has these two
  const kinds: { [name: string]: new (buffer: ArrayBuffer, offset: number, length: number) => object } = {
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  };
  const kind = kinds[typed[Symbol.toStringTag] as string] ?? Uint8Array; // the tag is a slot of the array
  const length = viewLength(typed) / typed.BYTES_PER_ELEMENT;
  return construct(kind, [copied, viewOffset(typed), length]) as object; // constructs one of the kinds
}

function cloneErrorObject(
  error: Error,
  keep: (copy: Error) => Error,
  done: Map<object, unknown>,
  depth: number,
): Error {
  const name = errorNames.has(error.name) ? error.name : 'Error';
  const makers: { [name: string]: ErrorConstructor } = {
    Error,
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError,
  };
  const copy = keep(new (makers[name] ?? Error)(String(error.message)));
  Object.defineProperty(copy, 'stack', { value: String(error.stack), writable: true, configurable: true });
  if (Object.hasOwn(error, 'cause')) copy.cause = cloneValue(error.cause, done, depth);
  return copy;
}

function cloneError(message: string): Error {
  const error = new Error(message);
  error.name = 'DataCloneError';
  return error;
}
