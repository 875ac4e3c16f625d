import { compute } from './bridge.ts';
import { structuredClone } from './clone.ts';
import { describe } from './errors.ts';
import { apply, define, promiseThen, PromiseOf, TypeErrorOf } from './intrinsics.ts';
import { createConsole, writeUnowned } from './log.ts';
import { URLSearchParams } from './search-params.ts';
import { atob, btoa, TextDecoder, TextEncoder } from './text.ts';
import { clearTimer, setInterval, setTimeout } from './timers.ts';
import { URL } from './url.ts';

/** Puts the web-standard functions that a bare isolate lacks onto the global object, as ordinary properties. */
export function installGlobals(): void {
  const started = compute('now');
  const functions = {
    TextDecoder,
    TextEncoder,
    URL,
    URLSearchParams,
    atob,
    btoa,
    structuredClone,
    setTimeout,
    setInterval,
    clearTimeout: (id?: unknown) => clearTimer(id),
    clearInterval: (id?: unknown) => clearTimer(id),
    queueMicrotask,
    console: createConsole(),
    performance: { now: () => compute('now') - started, timeOrigin: Date.now() },
  };
  for (const [name, value] of Object.entries(functions)) define(globalThis, name, value);
}

const resolved = PromiseOf.resolve();

function queueMicrotask(run: unknown): void {
  if (typeof run !== 'function') throw new TypeErrorOf('queueMicrotask takes a function.');
  void promiseThen(resolved, () => {
    try {
      apply(run, undefined, []);
    } catch (error) {
      writeUnowned('error', `A microtask threw: ${describe(error, 'plugin_error').message}`);
    }
    return undefined;
  });
}
