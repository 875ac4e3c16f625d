import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '@proofpix/contract/limits';
import { hookFile, Runner, runOnce } from './start-runner.ts';

const invalid = 'plugin_result_invalid';

/** Body of a hook, and what must come of it. */
const results: { [name: string]: [body: string, outcome: object] } = {
  nothing: ['', { ok: true, value: null }],
  'a date, NaN and a lone surrogate': [
    'return [new Date(0), NaN, "\\ud800"]',
    { ok: true, value: ['1970-01-01T00:00:00.000Z', null, '\ud800'] },
  ],
  'a symbol': ["return Symbol('s')", error(invalid, 'it is symbol')],
  'a function': ['return () => 1', error(invalid, 'it is function')],
  'a BigInt': ['return { a: 1n }', error(invalid, 'BigInt')],
  'a circle': ['const a = {}; a.a = a; return a', error(invalid, 'circular')],
  'a revoked proxy': [
    'const p = Proxy.revocable({}, {}); p.revoke(); return { p: p.proxy }',
    error(invalid, 'revoked'),
  ],
  'a throwing toJSON': ["return { toJSON() { throw new Error('not me') } }", error(invalid, 'not me')],
  'a throwing getter': ['return { get a() { throw 5 } }', error(invalid, 'threw 5')],
  'too much text': ["return 'x'.repeat(11 * 1024 * 1024)", error(invalid, `${limits.resultJsonBytes}`)],
  'too much text in UTF-8': ["return '€'.repeat(4 * 1024 * 1024)", error(invalid, `${limits.resultJsonBytes}`)],
  'brackets in text only': ["return ['[{\\\\\\\"[['.repeat(50)]", { ok: true, value: ['[{\\"[['.repeat(50)] }],
  'absurdly deep': ['let x = {}; for (let i = 0; i < 2e5; i += 1) x = { x }; return x', error(invalid, '')],
  'a polluted toJSON': ["Object.prototype.toJSON = () => 'polluted'; return null", { ok: true, value: null }],
};

/** Body of a hook that throws, and the message that must come out. */
const errors: { [name: string]: [body: string, outcome: object] } = {
  'an ordinary error': ["throw new RangeError('out')", error('plugin_error', 'RangeError: out')],
  'a plain error': ["throw new Error('plain')", error('plugin_error', 'plain')],
  'a string': ["throw 'text'", error('plugin_error', 'The plugin threw text.')],
  undefined: ['throw undefined', error('plugin_error', 'The plugin threw undefined.')],
  'a symbol': ["throw Symbol('s')", error('plugin_error', 'The plugin threw Symbol(s).')],
  'an object without a prototype': [
    'throw Object.freeze(Object.create(null))',
    error('plugin_error', 'without a message'),
  ],
  'throwing getters': [
    'throw { get message() { throw 1 }, get name() { throw 2 }, get stack() { throw 3 } }',
    error('plugin_error', 'without a message'),
  ],
  'objects for text': [
    "throw { message: { toString() { return 'no' } }, name: 5, stack: [] }",
    error('plugin_error', 'without a message'),
  ],
  'a revoked proxy': [
    'const p = Proxy.revocable({}, {}); p.revoke(); throw p.proxy',
    error('plugin_error', 'without a message'),
  ],
  'a forged code': [
    "throw Object.assign(new Error('forged'), { code: 'permission_denied' })",
    error('plugin_error', 'forged'),
  ],
  'a circular cause': ["const e = new Error('c'); e.cause = e; throw e", error('plugin_error', 'c')],
};

function error(code: string, message: string): object {
  return { ok: false, error: { code, message: expect.stringContaining(message) as string } };
}

describe.each([
  ['what a hook gives back', results],
  ['what a hook throws', errors],
])('%s', (_title, cases) => {
  const runner = new Runner();
  beforeAll(async () => {
    const table = Object.entries(cases).map(([name, [body]]) => `${JSON.stringify(name)}: async () => { ${body} }`);
    await runner.load(hookFile(`const cases = { ${table.join(',\n')} }; return cases[input]();`));
  });
  afterAll(() => runner[Symbol.asyncDispose]());

  it.each(Object.keys(cases))('is answered clearly: %s', async (name) => {
    expect(await runner.call(name)).toMatchObject(cases[name]?.[1] ?? {});
  });

  it('leaves the runner working', async () => {
    expect(await runner.call(Object.keys(cases)[0] ?? '')).toMatchObject(Object.values(cases)[0]?.[1] ?? {});
    expect(runner.stderr).toBe('');
  });
});

describe('giant errors', () => {
  it('are cut off', async () => {
    const result = await runOnce(
      hookFile("throw Object.assign(new Error('x'.repeat(1e6)), { stack: 'y'.repeat(1e6) })"),
    );
    expect(JSON.stringify(result).length).toBeLessThan(30_000);
    expect(result).toMatchObject({ ok: false, error: { code: 'plugin_error' } });
  });
});

describe('what nobody waits for', () => {
  it('becomes a log line and ends nothing: rejections, timers and microtasks that throw', async () => {
    await using runner = new Runner();
    await runner.load(
      hookFile(`
        Promise.reject(new Error('unhandled'));
        setTimeout(() => { throw new Error('in a timer') }, 1);
        queueMicrotask(() => { throw null });
        await new Promise((done) => setTimeout(done, 20));
        return 'fine';`),
    );
    expect(await runner.call()).toEqual({ ok: true, value: 'fine' });
    expect(runner.lines).toContain('error: A promise was rejected and nobody handled it: unhandled');
    expect(runner.lines).toContain('error: A timer threw: in a timer');
    expect(runner.lines).toContain('error: A microtask threw: The plugin threw null.');
    expect(await runner.call()).toEqual({ ok: true, value: 'fine' });
  });

  it('names the call in which it happened, before its answer', async () => {
    await using runner = new Runner();
    await runner.load(hookFile("Promise.reject(new Error('late')); return 1;"));
    await runner.call();
    expect(runner.order.slice(-2)).toEqual(['host:log', expect.stringMatching(/^19:/)]);
  });
});
