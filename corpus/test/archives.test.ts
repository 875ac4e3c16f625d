import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { archiveRuleNames } from '@proofpix/contract/archive-rules';
import { archiveCases } from '../archives/all-cases.ts';
import { runArchives } from '../archives/run.ts';

const shared = fileURLToPath(new URL('../../../shared/corpora/archives', import.meta.url));

async function judged(folder?: string) {
  const lines: string[] = [];
  const code = await runArchives({ folder, json: true, write: (line) => void lines.push(line) });
  const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>); // our own output
  return { code, wrong: rows.filter(({ ok }) => ok === false), summary: rows.at(-1) };
}

describe('the archive policy', () => {
  test('accepts and refuses each of our own archives as it must, and by the rule that it breaks', async () => {
    const { code, wrong, summary } = await judged();
    expect(wrong).toEqual([]);
    expect(code).toBe(0);
    expect(summary).toMatchObject({ recall_block: 1, recall_all: 1, precision: 1, false_positives: 0 });
    expect(archiveCases.length).toBeGreaterThanOrEqual(40);
  });

  test('has an archive of ours for every rule, and each under a name of its own', () => {
    const tried = new Set(archiveCases.map((one) => (one.expected === 'reject' ? one.rule : '')));
    // Of a plugin's icon and README: no rule for the archive itself, tested where packages are read.
    expect(archiveRuleNames.filter((rule) => !tried.has(rule))).toEqual(['file_too_large']);
    expect(new Set(archiveCases.map(({ file }) => file)).size).toBe(archiveCases.length);
  });

  test.skipIf(!existsSync(shared))('comes to the verdict of every archive of the shared corpus', async () => {
    const { code, wrong } = await judged(shared);
    expect(wrong).toEqual([]);
    expect(code).toBe(0);
  });

  test('cannot be judged on a folder without labels, and says so', async () => {
    expect(await runArchives({ folder: fileURLToPath(new URL('.', import.meta.url)), json: true })).toBe(2);
  });
});
