import { expect, it } from 'vitest';
import { hookFile, Runner } from '../start-runner.ts';

// The attack: errors and rejections that act when somebody looks at them, or that are too large to look at.
it('hostile errors are described in bounded text and leave the runner working', async () => {
  await using runner = new Runner();
  await runner.load(
    hookFile(`
      const big = 'x'.repeat(5_000_000);
      const hostile = [
        () => new Error(big),
        () => Object.assign(new Error('m'), { name: big, stack: big + '\\n    at a (index.js:1:1)' }),
        () => ({ message: 'line\\u0000\\u001b[31m' + big, name: 'N', stack: '    at x (index.js:1:1)\\n'.repeat(100_000) }),
        () => new Proxy(new Error('proxied'), { get() { throw new Error('trap') }, getPrototypeOf() { throw new Error('trap') } }),
        () => new (class extends Error { get message() { return { length: 5 } } get stack() { return 7 } })(),
        () => Object.freeze(Object.assign(new Error('frozen'), { cause: null })),
        () => { const e = new Error('a'); Object.defineProperty(e, 'stack', { get() { throw e } }); return e },
        () => new AggregateError([new Error('one')], 'many'),
        () => function thrown() {},
      ];
      if (input < hostile.length) throw hostile[input]();
      if (input < 2 * hostile.length) { Promise.reject(hostile[input - hostile.length]()); return 'rejected'; }
      return hostile.length;`),
  );
  const count = 9;
  for (let index = 0; index < count; index += 1) {
    const result = await runner.call(index);
    expect(result).toMatchObject({ ok: false, error: { code: 'plugin_error' } });
    expect(JSON.stringify(result).length).toBeLessThan(25_000);
  }
  for (let index = count; index < 2 * count; index += 1)
    expect(await runner.call(index)).toEqual({ ok: true, value: 'rejected' });
  expect(await runner.call(2 * count)).toEqual({ ok: true, value: count });
  expect(Math.max(...runner.lines.map((line) => line.length))).toBeLessThan(9_000);
  expect(runner.stderr).toBe('');
});
