import { expect, it } from 'vitest';
import { runOnce } from '../start-runner.ts';

// The attack: a CommonJS file that is only valid inside a wrapper, so that a scanner reading it alone sees nothing.
it.each([
  ['closes the wrapper', '}); globalThis.out = 1; (function () {'],
  ['closes it and comments the rest', '}); globalThis.out = 1; /*'],
  ['opens a comment', 'module.exports = { hooks: {} }; /*'],
  ['opens a template', 'module.exports = { hooks: {} }; `'],
  ['leaves a bracket open', 'module.exports = { hooks: {} }; if (true) {'],
])('a file that %s is refused', async (_title, source) => {
  expect(await runOnce({ 'index.js': source })).toMatchObject({
    ok: false,
    error: { code: 'plugin_load_failed', message: expect.stringContaining('SyntaxError') as string },
  });
});

it('glue for imports quotes names that look like code', async () => {
  const files = {
    'index.mjs':
      "import * as all from './odd.cjs'; export default { hooks: { 'file:process': () => [Object.keys(all).length, typeof globalThis.out] } };",
    'odd.cjs': `exports['x"]; globalThis.out = 1; exported["'] = 1; exports["\\u2028'\\n"] = 2; exports['\${globalThis.out = 1}'] = 3; exports['\\ud800'] = 4; exports.default = 5;`,
  };
  expect(await runOnce(files, { main: 'index.mjs' })).toEqual({ ok: true, value: [4, 'undefined'] });
});
