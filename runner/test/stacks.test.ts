import { stripTypeScriptTypes } from 'node:module';
import { describe, expect, it } from 'vitest';
import type { ResultBody } from '@proofpix/contract/wire';
import { hookFile, runOnce, type Files } from './start-runner.ts';

async function stackOf(files: Files, options: Parameters<typeof runOnce>[1] = {}): Promise<string> {
  const result: ResultBody = await runOnce(files, options);
  return result.ok ? 'it worked' : (result.error.stack ?? 'no stack');
}

/** A map that puts line n of the bundle on line n + 100 of its source. */
function mapTo(source: string, lines: number): string {
  // 'AAoGA': column 0, source 0, line +100 (VLQ oG = 100), column 0; then one line further for each.
  const mappings = Array.from({ length: lines }, (_, index) => (index === 0 ? 'AAoGA' : 'AACA')).join(';');
  return JSON.stringify({ version: 3, sources: [source], names: [], mappings });
}

const throwing =
  "\nmodule.exports = { hooks: { 'file:process': async function scan() {\n  throw new Error('broken');\n} } };\n";

describe('stacks', () => {
  it('name files of the package with line and column, through several files and async calls', async () => {
    const files = {
      'index.js':
        "const { deep } = require('./lib/deep.js');\nmodule.exports = { hooks: { 'file:process': async () => {\n  await null;\n  await deep();\n} } };",
      'lib/deep.js': "exports.deep = async function deep() {\n  await null;\n  throw new TypeError('here');\n};",
    };
    const stack = await stackOf(files);
    expect(stack.split('\n')).toEqual([
      'TypeError: here',
      '    at deep (lib/deep.js:3:9)',
      '    at async file:process (index.js:4:3)',
    ]);
  });

  it('keep lines and columns of the first line although CommonJS is wrapped', async () => {
    expect(
      await stackOf({ 'index.js': "module.exports = { hooks: { 'file:process': () => { throw new Error('x') } } };" }),
    ).toContain('index.js:1:59');
  });

  it('are mapped to original lines by an inline map, by a linked file, and by a file beside it', async () => {
    const map = mapTo('../src/scan.ts', 6);
    const inline = `${throwing}//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`;
    expect(await stackOf({ 'index.js': inline })).toContain('scan [as file:process] (src/scan.ts:103:1)');
    const linked = { 'dist/main.js': `${throwing}//# sourceMappingURL=main.js.map`, 'dist/main.js.map': map };
    expect(await stackOf(linked, { main: 'dist/main.js' })).toContain('scan [as file:process] (src/scan.ts:103:1)');
    expect(await stackOf({ 'index.js': throwing, 'index.js.map': map })).toContain(
      'scan [as file:process] (src/scan.ts:103:1)',
    );
  });

  it('survive maps that are broken or point elsewhere', async () => {
    for (const comment of [
      'main.js.map',
      'file:///proc/self/environ',
      '../../../../etc/passwd',
      'http://localhost/x',
      'data:application/json;base64,e30=',
    ]) {
      expect(
        await stackOf({ 'index.js': `${throwing}//# sourceMappingURL=${comment}`, 'main.js.map': '{"mappings":5' }),
      ).toContain('index.js:3:9');
    }
    const hostile = JSON.stringify({
      version: 3,
      sources: ['webpack:///../../../etc/passwd'],
      names: [],
      mappings: 'AAoGA;AACA;AACA',
    });
    const stack = await stackOf({ 'index.js': throwing, 'index.js.map': hostile });
    expect(stack).toContain('(etc/passwd:103:1)');
  });

  it('carry no path of this machine and no frame of the runner', async () => {
    const stack = await stackOf(
      hookFile("const walk = (n) => n === 0 ? ctx.files.read('x') : walk(n - 1); await walk(3);"),
    );
    expect(stack).not.toMatch(/\/work|\/home|\/root|file:\/\/|node:|proofpix|runner|\.ts/);
    const forged = await stackOf(
      hookFile(
        "const e = new Error('e'); e.stack = 'Error: e\\n    at f (/etc/passwd:1:1)\\n    at g (file:///home/me/index.js:1:1)\\n    at h (index.js:2:3)'; throw e",
      ),
    );
    expect(forged).toBe('e\n    at h (index.js:2:3)');
  });

  it('come from stripped types without moving lines', async () => {
    const source = stripTypeScriptTypes(
      "type A = { a: number };\nexport default { hooks: { 'file:process': (input: A): never => {\n  throw new Error('typed');\n} } };",
    );
    expect(await stackOf({ 'index.mjs': source }, { main: 'index.mjs' })).toContain('index.mjs:3:9');
  });
});
