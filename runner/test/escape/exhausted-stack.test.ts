import { expect, it } from 'vitest';
import { Runner } from '../start-runner.ts';

// The attack: call our functions with almost no stack left, so that they fail half way or throw an error of ours.
it('a call with no stack left fails as the plugin’s own error and breaks nothing', async () => {
  await using runner = new Runner();
  await runner.load({
    'index.js': `
      const uses = (ctx) => [() => ctx.log.info('x'), () => void ctx.storage.get('k').catch(() => {}), () => new TextEncoder().encode('x'), () => new URL('http://a/?b=c').searchParams.get('b'),
        () => require('./other'), () => clearTimeout(setTimeout(() => {}, 1000)), () => structuredClone({ a: [1] }), () => console.log('y'), () => require('util').inspect({ a: { b: 1 } })];
      const paths = [];
      module.exports = { hooks: { 'file:process': async (input, ctx) => {
        for (const use of uses(ctx)) {
          const dive = () => { try { dive() } catch { try { use() } catch (error) { if (/\\/(work|home|root)|file:|node:/.test(String(error && error.stack))) paths.push(error.stack) } } };
          dive();
        }
        return [paths, require('./other').ok, new URL('http://b/').host];
      } } };`,
    'other.js': 'exports.ok = true;',
  });
  runner.answer = () => ({ value: { value: null } });
  expect(await runner.call()).toEqual({ ok: true, value: [[], true, 'b'] });
  expect(await runner.call()).toMatchObject({ ok: true });
});
