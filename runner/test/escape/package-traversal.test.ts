import { expect, it } from 'vitest';
import { runOnce } from '../start-runner.ts';

// The attack: name a file or module outside the package, in every spelling that some resolver accepts.
it('no specifier leads out of the package', async () => {
  const specifiers = [
    '../x',
    '../../etc/passwd',
    './../../../../proc/self/environ',
    '/etc/passwd',
    '/proc/self/environ',
    'file:///etc/passwd',
    'data:text/javascript,1',
    'fs',
    'node:fs',
    'NODE:fs',
    'node:node:util',
    'node:',
    'process',
    'node:process',
    'module',
    'vm',
    'child_process',
    'worker_threads',
    'util/',
    'util/types',
    'url\\0',
    'isolated-vm',
    '@proofpix/contract/wire',
    'proofpix:commonjs',
    'plugin:target',
    'proofpix:main.ts',
    './guest/main.ts',
    'http://localhost/x.js',
    '',
    '..',
    'constructor',
    '__proto__',
    'toString',
    './__proto__',
    './constructor',
    '..\\\\x',
    './lib/../../x',
  ];
  const source = `
    const refused = (specifier) => { try { require(specifier); return specifier } catch (error) { return error.code === 'MODULE_NOT_FOUND' && /Cannot find module/.test(error.message) ? '' : specifier + error } };
    const made = ${JSON.stringify(specifiers)}.map(refused).join('');
    const odd = [null, undefined, 5, {}, { toString: () => 'util' }, ['util'], Symbol('util')].map((value) => { try { require(value); return 'found' } catch (error) { return error.name } });
    module.exports = { hooks: { 'file:process': () => [made, odd, typeof module.constructor._load, module.parent, module.children] } };`;
  expect(await runOnce({ 'lib/index.js': source }, { main: 'lib/index.js' })).toEqual({
    ok: true,
    value: ['', Array(7).fill('TypeError'), 'undefined', null, null],
  });
  for (const specifier of ['../index.mjs', 'fs', '/etc/passwd', 'proofpix:commonjs', 'plugin:target', '']) {
    const result = await runOnce({ 'index.mjs': `import ${JSON.stringify(specifier)};` }, { main: 'index.mjs' });
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'plugin_load_failed', message: expect.stringContaining('Cannot find module') as string },
    });
  }
});
