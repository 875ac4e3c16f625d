/** Names of the global object in the places where plugins may think they are. */
const globalNames: ReadonlySet<string> = new Set([
  'globalThis',
  'window',
  'self',
  'global',
  'top',
  'frames',
  'root',
  'GLOBAL',
]);

/** Node's modules, by their names without `node:`. */
export const hostModules: ReadonlySet<string> = new Set(
  (
    'assert assert/strict async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns ' +
    'dns/promises domain events fs fs/promises http http2 https inspector inspector/promises module net os path path/posix ' +
    'path/win32 perf_hooks process punycode querystring readline readline/promises repl sea sqlite stream stream/consumers ' +
    'stream/promises stream/web string_decoder sys test timers timers/promises tls trace_events tty url util util/types v8 ' +
    'vm wasi worker_threads zlib'
  ).split(' '),
);

/** `fs` for `fs`, `node:fs` and, since some loaders take it, `node:fs/`; null for what is no module of Node. */
export function hostModule(specifier: string): string | null {
  const name = specifier.replace(/^node:/, '').replace(/\/$/, '');
  return hostModules.has(name) ? name : null;
}

export function globalPath(name: string): string {
  return globalNames.has(name) ? 'globalThis' : name;
}

/** Roots of the language whose members can be looked up in this very engine: reading a type runs nothing. */
const intrinsics: Readonly<Record<string, unknown>> = Object.fromEntries(
  (
    'Array ArrayBuffer BigInt Boolean DataView Date Error EvalError Function Infinity Int32Array Intl JSON Map Math Number Object ' +
    'Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URIError Uint8Array ' +
    'WeakMap WeakSet WeakRef FinalizationRegistry Atomics SharedArrayBuffer WebAssembly Int8Array Int16Array Uint16Array Uint32Array ' +
    'Float32Array Float64Array Uint8ClampedArray BigInt64Array BigUint64Array AggregateError Iterator ' +
    'eval parseInt parseFloat isNaN isFinite decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape'
  )
    .split(' ')
    .map((name) => [name, Reflect.get(globalThis, name)]),
);

export function isIntrinsic(name: string): boolean {
  return Object.hasOwn(intrinsics, name);
}

/** Whether a name means something where no declaration explains it. */
export function isEngineName(name: string): boolean {
  return (
    isIntrinsic(name) ||
    globalNames.has(name) ||
    /^(?:process|module|exports|console|document|navigator|crypto)$/.test(name) ||
    hostFunctions.test(name)
  );
}

/** The names that a module of Node, or `process`, has in this very engine; null for what is none of them. */
export function namesAt(path: string): readonly string[] | null {
  if (path === 'process') return Object.getOwnPropertyNames(process);
  const name = path.startsWith('module:') ? path.slice('module:'.length) : '';
  const known = listed.test(name) ? process.getBuiltinModule(name) : undefined;
  // Names alone: to read a member could run a getter.
  return known === undefined ? null : Object.getOwnPropertyNames(known);
}

/** Worth searching through; others are not loaded for a question of hostile source. */
const listed = /^(?:child_process|fs|os|net|dns|http|https|vm|worker_threads)$/;

/** Functions that hosts give and that are not of the language. */
const hostFunctions =
  /^(?:require|fetch|setTimeout|setInterval|setImmediate|queueMicrotask|structuredClone|atob|btoa|Buffer|URL|XMLHttpRequest|alert|importScripts|process\.\w+|console\.\w+|module:.+\.\w+|module\.require|AsyncFunction|GeneratorFunction|AsyncGeneratorFunction|Module)$/;

export function isFunctionPath(path: string): boolean {
  if (hostFunctions.test(path)) return true;
  return typeof intrinsicAt(path) === 'function';
}

function intrinsicAt(path: string): unknown {
  const [root = '', ...rest] = path.split('.');
  let at: unknown = Object.hasOwn(intrinsics, root) ? intrinsics[root] : undefined;
  for (const key of rest) {
    if ((typeof at !== 'object' && typeof at !== 'function') || at === null) return undefined;
    // Getters of prototypes throw on the prototype itself.
    const descriptor = Object.getOwnPropertyDescriptor(at, key);
    at = descriptor?.value;
  }
  return at;
}

const codeConstructors: ReadonlySet<string> = new Set([
  'Function',
  'AsyncFunction',
  'GeneratorFunction',
  'AsyncGeneratorFunction',
]);

/** Makes functions from text. */
export function isCodeConstructor(path: string): boolean {
  return codeConstructors.has(path);
}

/** Before the path of what a property descriptor describes. */
export const descriptorMark = 'descriptor of ';

/** The path of a member, with the ways around it straightened: `globalThis.x` is `x`, `x.prototype.constructor` is `x`. */
export function memberPath(path: string, key: string): string {
  if (path === 'globalThis') return globalPath(key);
  if (path.startsWith(descriptorMark))
    return key === 'value' || key === 'get' ? path.slice(descriptorMark.length) : 'undefined';
  if (key === 'constructor') {
    if (path.endsWith('.prototype')) return path.slice(0, -'.prototype'.length);
    if (path === 'module') return 'Module';
    return isFunctionPath(path) ? 'Function' : 'Object';
  }
  if (key === '__proto__') return prototypeOfPath(path);
  if (path.startsWith('module:') && key === 'default') return path;
  if (path === 'module:module' && key === 'Module') return 'Module';
  if ((path === 'module:buffer' || path === 'module:process') && (key === 'Buffer' || key === 'process')) return key;
  if (path === 'module' && key === 'exports') return 'exports';
  return straightened(`${path}.${key}`);
}

export function prototypeOfPath(path: string): string {
  if (path === 'module') return 'Module.prototype';
  // In browsers it is not that of all objects.
  if (path === 'globalThis') return 'prototype of globalThis';
  if (path === 'Object.prototype') return 'null';
  return isFunctionPath(path) ? 'Function.prototype' : 'Object.prototype';
}

/** One thing with several names gets one. */
function straightened(path: string): string {
  if (path === 'require.main' || path === 'process.mainModule' || path === 'module.parent') return 'module';
  if (/^module\.children\.\d+$/.test(path)) return 'module';
  if (path === 'Module.prototype.require' || path === 'Module.prototype.load') return 'module.require';
  if (path === 'module.constructor') return 'Module';
  if (path === 'module:process.env') return 'process.env';
  return path.startsWith('module:process.') ? path.slice('module:'.length) : path;
}

/** Packages that send requests; what is called of them leads out, whatever it is named. */
const httpClients: ReadonlySet<string> = new Set(
  'node-fetch cross-fetch isomorphic-fetch isomorphic-unfetch got request request-promise superagent needle phin ky bent wretch undici ws'.split(
    ' ',
  ),
);

export function modulePath(specifier: string): string | null {
  // Not of Node, but the sandbox's own way out.
  if (specifier === 'axios') return 'axios';
  if (httpClients.has(specifier)) return 'http-client';
  const name = hostModule(specifier);
  if (name === null) return null;
  if (name === 'process') return 'process';
  if (name === 'module') return 'Module';
  if (name === 'fs/promises') return 'module:fs.promises';
  return `module:${name}`;
}
