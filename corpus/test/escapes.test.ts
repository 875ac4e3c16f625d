import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const own = join(root, 'corpus', 'escapes');
const shared = resolve(root, '../shared/corpora/escapes');
const isThere = existsSync(join(shared, 'index.json'));
if (!isThere) console.log('Skipped: ../shared/corpora/escapes is not here, so the control is not tried on it.');

type Line = { file: string; kind: string; outcome: string; ms: number; answer: string; detail?: string };
type Ran = { code: number; lines: Line[]; summary: { [name: string]: number } };

/** `npm run corpus -- escapes …`, as a program: its lines and its exit code are what others rely on. */
function corpus(...given: string[]): Promise<Ran> {
  const program = [join(root, 'corpus', 'main.ts'), 'escapes', ...given, '--json'];
  return new Promise((done) => {
    execFile(process.execPath, ['--no-warnings', ...program], { maxBuffer: 1e8 }, (error, stdout) => {
      const all = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line & Ran])); // as main.ts prints
      const summary = all.pop()?.summary ?? {};
      done({ code: typeof error?.code === 'number' ? error.code : 0, lines: all, summary });
    });
  });
}

describe('the corpus of our own', () => {
  it('gets nothing out of a runner and harms nobody', { timeout: 600_000 }, async () => {
    const { code, lines, summary } = await corpus(own);
    expect(lines.filter(({ outcome }) => outcome !== 'clean')).toEqual([]);
    expect(summary).toMatchObject({ total: lines.length, clean: lines.length, leaked: 0 });
    expect(code).toBe(0);
    expect(lines.filter(({ kind }) => kind === 'escape').length).toBeGreaterThanOrEqual(60);
    expect(lines.filter(({ kind }) => kind !== 'escape').length).toBeGreaterThanOrEqual(25);
  });

  it(
    'gets out of node:vm in a third of its escapes: the harness sees it when something does',
    {
      timeout: 300_000,
    },
    async () => {
      const { code, lines, summary } = await corpus(own, '--sandbox', 'vm', '--kind', 'escape');
      expect(summary['escape']).toBeGreaterThanOrEqual(lines.length / 3);
      expect(code).toBe(1);
    },
  );
});

describe.skipIf(!isThere)('the corpus beside the project', () => {
  it('gets out of node:vm in a third of its escapes', { timeout: 300_000 }, async () => {
    const { lines, summary } = await corpus(shared, '--sandbox', 'vm', '--kind', 'escape');
    expect(summary['escape']).toBeGreaterThanOrEqual(lines.length / 3);
  });
});

describe('the harness', () => {
  it('has a line for every entry, whatever it is, and passes only what it tried', { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'index-'));
    try {
      const files = {
        'fine.mjs': "export const hooks = { 'data:analyze': async () => ({ findings: [] }) };",
        'claims.cjs': "module.exports.hooks = { 'file:process': async () => ({ escaped: true, proof: {} }) };",
        'broken.cjs': 'module.exports = (',
      };
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
      const index = [
        { file: 'fine.mjs', kind: 'of no known kind' },
        { file: 'claims.cjs', kind: 'escape' },
        { file: 'broken.cjs', kind: 'load' },
        { file: 'nowhere.cjs', kind: 'escape' },
        { file: '../outside.cjs', kind: 'escape' },
      ];
      await writeFile(join(folder, 'index.json'), JSON.stringify(index));
      const { code, lines, summary } = await corpus(folder);
      expect(lines.map(({ file, kind, outcome }) => [file, kind, outcome]).sort()).toEqual(
        [
          ['fine.mjs', 'of no known kind', 'clean'],
          ['claims.cjs', 'escape', 'escape'],
          ['broken.cjs', 'load', 'clean'],
          ['nowhere.cjs', 'escape', 'missing'],
          ['../outside.cjs', 'escape', 'missing'],
        ].sort(),
      );
      expect(summary).toMatchObject({ total: 5, clean: 2, escape: 1, missing: 2 });
      expect(code).toBe(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('ends with 2 where there is nothing to try', async () => {
    expect((await corpus(join(own, 'nowhere'))).code).toBe(2);
  });
});
