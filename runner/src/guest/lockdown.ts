import { construct, define, defineFixed, getPrototypeOf } from './intrinsics.ts';

/**
 * Takes away what a plugin must not have, before any plugin code runs. Attacks: test/removed.test.ts and
 * test/escape/code-from-text.test.ts.
 */
export function lockDown(): void {
  // Memory and time that no limit of the isolate counts.
  const world = globalThis as unknown as { [name: string]: unknown }; // deletes need an indexable view
  for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics']) delete world[name];
  forbidResizableBuffers();
  forbidCodeFromText();
  silenceFinalizers();
  // The stack of an error stays the engine's own text: a formatter of the plugin's would run inside our code and be
  // handed call sites. Assigning is ignored rather than refused, because libraries assign it in passing.
  defineFixed(
    Error,
    'prepareStackTrace',
    () => undefined,
    () => undefined,
  );
}

function forbidResizableBuffers(): void {
  const Original = ArrayBuffer;
  const replacement = function ArrayBuffer(length: number): ArrayBuffer {
    if (new.target === undefined) throw new TypeError("Constructor ArrayBuffer requires 'new'");
    // The second argument (maxByteLength) is what makes a buffer resizable: it never passes.
    return construct(Original, [length], new.target) as ArrayBuffer; // construct is typed as any object
  };
  replaceConstructor('ArrayBuffer', replacement, Original);
  define(replacement, 'isView', Original.isView);
  Object.defineProperty(replacement, Symbol.species, { get: species, configurable: true });
  const prototype = Original.prototype as { resize?: unknown };
  delete prototype.resize;
}

function species(this: unknown): unknown {
  return this;
}

function forbidCodeFromText(): void {
  // isolated-vm allows code from strings whatever V8's flags say, so every way to the constructors is cut instead:
  // each is reachable only through the `constructor` of its prototype and, for Function, through the global.
  const constructors: [string, object][] = [
    ['Function', Function.prototype],
    ['AsyncFunction', getPrototypeOf(async () => {}) as object], // functions have a prototype
    ['GeneratorFunction', getPrototypeOf(function* () {}) as object],
    ['AsyncGeneratorFunction', getPrototypeOf(async function* () {}) as object],
  ];
  for (const [name, prototype] of constructors) {
    const refuse = function (): never {
      return refuseCode();
    };
    define(refuse, 'name', name);
    Object.defineProperty(refuse, 'prototype', { value: prototype, writable: false });
    define(prototype, 'constructor', refuse);
    if (name === 'Function') define(globalThis, 'Function', refuse);
  }
  define(globalThis, 'eval', function refuseEval(): never {
    return refuseCode();
  });
}

function refuseCode(): never {
  throw new EvalError(
    'A plugin cannot make code out of text (eval, Function): put the code into a file of the package.',
  );
}

/** Finalizers would run plugin code when no call is open. The standard allows that they are never called. */
function silenceFinalizers(): void {
  const Original = FinalizationRegistry;
  const replacement = function FinalizationRegistry(callback: unknown): FinalizationRegistry<unknown> {
    if (new.target === undefined) throw new TypeError("Constructor FinalizationRegistry requires 'new'");
    if (typeof callback !== 'function') throw new TypeError('FinalizationRegistry: cleanup must be callable');
    return construct(Original, [() => undefined], new.target) as FinalizationRegistry<unknown>; // as above
  };
  replaceConstructor('FinalizationRegistry', replacement, Original);
}

function replaceConstructor(name: string, replacement: object, original: { prototype: object }): void {
  Object.defineProperty(replacement, 'prototype', { value: original.prototype, writable: false });
  define(original.prototype, 'constructor', replacement);
  define(globalThis, name, replacement);
}
