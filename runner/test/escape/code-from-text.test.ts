import { expect, it } from 'vitest';
import { hookFile, runOnce } from '../start-runner.ts';

// The attack: make code out of text, which no scan of the package has seen.
it('no way to turn text into code is left', async () => {
  const result = await runOnce(
    hookFile(`
      const wrapped = (f) => { try { return String(f()) } catch (error) { return error.name } };
      const asyncWrapped = async (f) => { try { return String(await f()) } catch (error) { return error.name } };
      const makers = [Function, (() => {}).constructor, (async () => {}).constructor, (function* () {}).constructor, (async function* () {}).constructor,
        class {}.constructor, (() => {}).bind().constructor, ctx.files.read.constructor, console.log.constructor, setTimeout.constructor, TextEncoder.constructor,
        Object.getPrototypeOf((async () => {}).constructor), Object.getPrototypeOf(ctx.emit).constructor, Reflect.getPrototypeOf(async () => {}).constructor,
        ({}).constructor.constructor, [].map.constructor, new Proxy(function () {}, {}).constructor, Object.getOwnPropertyDescriptor(Function.prototype, 'constructor').value];
      const outcomes = new Set();
      for (const make of makers) {
        for (const attempt of [() => make('return 1')(), () => new make('return 1')(), () => make.call(null, 'return 1')(), () => Reflect.construct(make, ['return 1'])(), () => Reflect.construct(Object, ['return 1'], make)()]) outcomes.add(wrapped(attempt));
      }
      class Sub extends Function { constructor() { super('return 1') } }
      const evals = [() => eval('1'), () => (0, eval)('1'), () => globalThis.eval('1'), () => new Sub()(), () => setTimeout('1'), () => Reflect.apply(eval, null, ['1'])].map(wrapped);
      const imports = await Promise.all([() => import('data:text/javascript,export default 1'), () => import('node:fs'), () => import('./index.js')].map(asyncWrapped));
      return [[...outcomes], evals, imports, (() => {}) instanceof Function, typeof Function.prototype.call, Function.prototype === (() => {}).__proto__];`),
  );
  expect(result).toEqual({
    ok: true,
    value: [
      // Reflect.construct(Object, …, maker) makes a plain object, which cannot be called; Object itself is among no makers.
      expect.arrayContaining(['EvalError', 'TypeError']) as string[],
      ['EvalError', 'EvalError', 'EvalError', 'EvalError', 'TypeError', 'EvalError'],
      ['Error', 'Error', 'Error'],
      true,
      'function',
      true,
    ],
  });
  const [outcomes] = result.ok ? (result.value as [string[]]) : [[]];
  expect(new Set(outcomes)).toEqual(new Set(['EvalError', 'TypeError']));
});
