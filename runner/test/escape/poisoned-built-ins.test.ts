import { expect, it } from 'vitest';
import { hookFile, Runner } from '../start-runner.ts';

// The attack: replace what our own code inside the isolate calls, to be handed the functions that lead out of it.
it('replaced built-ins see no function of the runner and change no frame', async () => {
  await using runner = new Runner();
  await runner.load(
    hookFile(`
      // Kept without a prototype and without calling anything: the test must not trip over its own traps.
      const seen = { __proto__: null };
      let count = 0, busy = false;
      const note = (a, b) => { if (busy || count > 20000) return; busy = true; seen[count] = a; seen[count + 1] = b; count += 2; busy = false };
      const real = Reflect.apply;
      const replace = (object, key) => {
        const original = object[key];
        object[key] = function (...args) { for (let i = 0; i < args.length; i += 1) note(this, args[i]); return real(original, this, args) };
      };
      for (const [object, names] of [[Function.prototype, ['call', 'apply', 'bind']], [Reflect, ['apply', 'construct', 'ownKeys', 'get']], [JSON, ['parse', 'stringify']],
        [Map.prototype, ['get', 'set']], [WeakMap.prototype, ['get', 'set']], [Promise.prototype, ['then', 'catch']], [Promise, ['resolve']], [Object, ['keys', 'freeze', 'defineProperty', 'create']],
        [Array.prototype, ['push', 'map', 'join', Symbol.iterator]], [String.prototype, ['slice', 'indexOf', 'toString']]]) for (let i = 0; i < names.length; i += 1) replace(object, names[i]);
      const TRAPS = ['get', 'set', 'value', 'toJSON', 'then', 'call', '0', '1', 'bytes', 'permission'];
      for (const key of TRAPS) {
        Object.defineProperty(Object.prototype, key, { __proto__: null, configurable: true, get() { note(this); return undefined }, set(v) { note(this, v); Object.defineProperty(this, key, { __proto__: null, value: v, writable: true, configurable: true, enumerable: true }) } });
      }
      const bytes = await ctx.files.read(0, 2);
      await ctx.storage.set('k', { a: [1] });
      ctx.log.info('line', { b: 1 });
      await ctx.crypto.hash('sha256', 'x').catch(note);
      await ctx.storage.get('k');
      try { require('nothing') } catch (error) { note(error) }
      setTimeout(() => {}, 1);
      new URL('http://a/').searchParams.append('a', 'b');
      for (const key of TRAPS) delete Object.prototype[key];
      const all = Object.values(seen);
      const native = all.filter((value) => typeof value === 'function' && !/^bound|^$/.test(value.name) && /\\[native code\\]/.test(Function.prototype.toString.call(value)));
      const names = [...new Set(native.map((value) => value.name))];
      const ways = [];
      for (const value of all) { if (value && (typeof value === 'object' || typeof value === 'function')) for (const way of ['applySync', 'evalSync', 'compileScriptSync', 'copySync', 'derefInto', 'post', 'fail', 'startTimer']) if (Object.getOwnPropertyDescriptor(value, way) || Object.getOwnPropertyDescriptor(Object.getPrototypeOf(value) ?? {}, way)) ways[ways.length] = way; }
      return { names, ways, many: all.length > 100, bytes: [...bytes] };`),
  );
  runner.answer = ({ name }) =>
    name === 'files.read' ? { bytes: new Uint8Array([1, 2]) } : { value: { value: null } };
  const result = await runner.call(null, { context: { permissions: ['crypto'] } });
  expect(result).toMatchObject({ ok: true, value: { ways: [], bytes: [1, 2], many: true } });
  const bridge = [
    'post',
    'fail',
    'resolve',
    'compile',
    'importModule',
    'readText',
    'startTimer',
    'stopTimer',
    'compute',
  ];
  const { names } = (result.ok ? result.value : {}) as { names: string[] };
  expect(names.filter((name) => bridge.includes(name) && name !== 'resolve')).toEqual([]);
  expect(runner.hostCalls.map(({ name, args }) => [name, args])).toEqual([
    ['files.read', { offset: 0, length: 2 }],
    ['storage.set', { key: 'k', value: { a: [1] } }],
    ['log', { level: 'info', message: 'line { b: 1 }' }],
    ['storage.get', { key: 'k' }],
  ]);
});
