import { expect, it } from 'vitest';
import { hookFile, runOnce } from '../start-runner.ts';

// The attack: walk everything that can be reached and look for an object of isolated-vm or a function of the bridge.
it('nothing that leads out of the isolate can be reached from globals, ctx, module, errors or promises', async () => {
  const result = await runOnce(
    hookFile(`
      const caught = [];
      for (const attempt of [() => require('x'), () => new URL('nope'), () => setTimeout(1), () => structuredClone(() => 1), () => new TextDecoder('x'), () => eval('1'), () => require('./missing')]) try { attempt() } catch (error) { caught.push(error) }
      const promise = ctx.storage.get(1); promise.catch(() => {});
      const queue = [globalThis, ctx, input, module, require, exports, this, arguments, promise, caught, async () => {}, function* () {}, ctx.log.info, import('./x').catch((error) => caught.push(error))];
      const seen = new Set(), found = [];
      let functions = 0;
      while (queue.length > 0) {
        const value = queue.pop();
        if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) continue;
        seen.add(value);
        if (typeof value === 'function') functions += 1;
        for (const key of Reflect.ownKeys(value)) {
          const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
          if (/^(applySync|apply(Ignored|SyncPromise)|evalSync|evalClosure|compile(Script|Module)|copySync|derefInto|createContext|getSync|importModule|stopTimer|readText)$/.test(String(key))) found.push(String(key));
          queue.push(descriptor.value, descriptor.get, descriptor.set);
        }
        queue.push(Reflect.getPrototypeOf(value));
      }
      // Functions of the bridge carry the callback's name (compile and resolve are also names of the language).
      const bridge = [...seen].filter((value) => typeof value === 'function' && ['post', 'fail', 'importModule', 'readText', 'startTimer', 'stopTimer', 'compute'].includes(value.name)).map((value) => value.name);
      return [found, bridge, functions > 500];`),
  );
  expect(result).toEqual({ ok: true, value: [[], [], true] });
});
