import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorkplace, type Workplace } from './proofpix.ts';

let place: Workplace;
beforeAll(async () => void (place = await makeWorkplace()));
afterAll(() => place[Symbol.asyncDispose]());

type Finding = {
  severity: string;
  code: string;
  message: string;
  file?: string;
  line?: number;
  field?: string;
  hint?: string;
};

async function checked(...args: string[]): Promise<{ code: number; refused: boolean; findings: Finding[] }> {
  const { code, stdout } = await place.run('check', ...args, '--json');
  return { code, ...(JSON.parse(stdout) as { refused: boolean; findings: Finding[] }) };
}

describe('proofpix check', { timeout: 300_000 }, () => {
  test('names every wrong field of a manifest with its line, and what was meant', async () => {
    const { hooks: _, ...wrong } = { hooks: 0, type: 'procesor', permisions: ['files'] };
    await place.plugin(
      'wrong-fields',
      { 'index.js': 'module.exports.hooks = {};' },
      { ...wrong, hooks: ['file:proces'] },
    );
    const { code, refused, findings } = await checked('wrong-fields');
    expect({ code, refused }).toEqual({ code: 2, refused: true });
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'manifest_invalid', field: '/type', line: 7, hint: 'Did you mean "processor"?' }),
    );
    expect(findings).toContainEqual(
      expect.objectContaining({ field: '/permisions', hint: 'Did you mean "permissions"?' }),
    );
  });

  test('compares hooks and permissions of the manifest with the code, down to the author’s line', async () => {
    await place.plugin(
      'half-done',
      {
        'src/index.ts': `import { keep } from './keep.ts';\nexport default { hooks: {\n  'file:process': async (_: unknown, ctx: never) => { await keep(ctx); return {}; },\n  'data:analyze': () => ({}),\n} };\n`,
        'src/keep.ts': `export const keep = async (ctx: { storage: { set(k: string, v: number): Promise<void> } }) => {\n  await ctx.storage.set('a', 1);\n};\n`,
      },
      { permissions: ['files', 'security'], hooks: ['file:process', 'file:uploaded'], hosts: ['api.example.org'] },
    );
    const { code, findings } = await checked('half-done');
    expect(code).toBe(2);
    const found = (name: string) => findings.find((finding) => finding.code === name);
    expect(found('plugin_hook_missing')).toMatchObject({
      severity: 'error',
      message: expect.stringContaining('file:uploaded'),
    });
    expect(found('hook_not_declared')).toMatchObject({ message: expect.stringContaining('data:analyze') });
    expect(found('permission_missing')).toMatchObject({
      file: 'src/keep.ts',
      line: 2,
      message: expect.stringContaining('storage'),
    });
    expect(found('permission_unused')).toMatchObject({ message: expect.stringContaining('security') });
    expect(found('hosts_without_http')).toMatchObject({ field: '/hosts' });
    expect(found('readme_missing')).toMatchObject({ severity: 'advice' });
  });

  test('takes a plugin that only lacks what is good to have', async () => {
    await place.plugin('plain', { 'index.js': `module.exports.hooks = { 'file:process': () => ({}) };` });
    const { code, refused, findings } = await checked('plain');
    expect({ code, refused }).toEqual({ code: 0, refused: false });
    expect(new Set(findings.map(({ severity }) => severity))).toEqual(new Set(['advice']));
  });

  test('says in which file and line a module is imported that plugins do not have', async () => {
    await place.plugin('reads-files', {
      'src/index.ts': `export {};\nimport { readFileSync } from 'node:fs';\nconsole.log(readFileSync);\n`,
    });
    const { code, findings } = await checked('reads-files');
    expect(code).toBe(2);
    expect(findings).toEqual([expect.objectContaining({ code: 'pack_failed', file: 'src/index.ts', line: 2 })]);
  });

  test('says at which line code throws while it is loaded', async () => {
    await place.plugin(
      'throws',
      { 'src/index.ts': `export default { hooks: {} };\nthrow new Error('not today');\n` },
      { hooks: [], permissions: [] },
    );
    const { findings } = await checked('throws');
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: 'plugin_load_failed',
        message: expect.stringContaining('not today'),
        file: 'src/index.ts',
        line: 2,
      }),
    );
  });

  test('strips what a hostile plugin wants to send to the terminal', async () => {
    await place.plugin('hostile', { 'index.js': `throw new Error('\\u001b]0;owned\\u0007\\u202e');` });
    const { code, stdout } = await place.run('check', 'hostile');
    expect(code).toBe(2);
    expect(stdout).toContain('owned');
    // oxlint-disable-next-line no-control-regex -- the attack
    expect(stdout).not.toMatch(/[\u0007\u001b\u202e]/);
  });

  test('suggests the command and the option that were meant', async () => {
    expect(await place.run('chek')).toMatchObject({ code: 1, stderr: expect.stringContaining('Did you mean check?') });
    expect(await place.run('check', '--jsn')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Did you mean --json?'),
    });
    expect(await place.run('check', 'nowhere')).toMatchObject({ code: 1, stdout: '' });
  });
});
