import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { judge, readEntries, runSsrf } from '../ssrf/run.ts';

const own = fileURLToPath(new URL('../ssrf/list.json', import.meta.url));
const shared = fileURLToPath(new URL('../../../shared/corpora/ssrf.json', import.meta.url));

describe('the guarded client', () => {
  test('blocks and allows every entry of our own list as expected', async () => {
    const lines: string[] = [];
    expect(await runSsrf({ file: own, json: true, write: (line) => void lines.push(line) }), lines.join('\n')).toBe(0);
    const summary = JSON.parse(lines.at(-1) ?? '') as { entries: number; wrong: number };
    expect(summary.entries).toBeGreaterThanOrEqual(80);
    expect(lines).toHaveLength(summary.entries + 1);
    const judged = lines.slice(0, -1).map((line) => JSON.parse(line) as { expected: string });
    expect(judged.filter(({ expected }) => expected === 'allow').length).toBeGreaterThan(20);
  });

  test.skipIf(!existsSync(shared))('blocks and allows every entry of the shared list as expected', async () => {
    const lines: string[] = [];
    expect(await runSsrf({ file: shared, json: false, write: (line) => void lines.push(line) }), lines.join('\n')).toBe(
      0,
    );
  });

  test('would be seen to fail: with everything allowed, the harness sees private addresses reached', async () => {
    const entries = readEntries(await readFile(own, 'utf8')).filter(({ expected }) => expected === 'block');
    const judged = await Promise.all(entries.map((entry) => judge(entry, ['0.0.0.0/0', '::/0'])));
    const reached = judged.filter(({ outcome }) => outcome === 'reached').length;
    expect(reached).toBeGreaterThan(entries.length / 3);
  });
});
