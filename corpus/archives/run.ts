import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '@proofpix/contract/errors';
import { readArchive } from '@proofpix/scanner/read-archive';
import { archiveCases } from './all-cases.ts';

type Label = {
  file: string;
  why: string;
  expected: 'accept' | 'reject';
  /** Of our own archives: the rule that must refuse it. */
  rule?: string;
  bytes: () => Uint8Array | Promise<Uint8Array>;
};

type Judged = {
  file: string;
  expected: string;
  /** `failed`: no verdict at all, which is wrong whatever was expected. */
  outcome: 'accept' | 'reject' | 'failed';
  rule?: string;
  detail?: string;
  ok: boolean;
};

type Summary = {
  entries: number;
  wrong: number;
  /** Of what had to be rejected, the share that was. The archive policy knows no warnings, so both are the same. */
  recall_block: number;
  recall_all: number;
  /** Of what was rejected, the share that had to be. */
  precision: number;
  false_positives: number;
};

/** Judges a folder of archives, or our own, by the archive policy alone; 0 when all came out as expected, 2 without labels. */
export async function runArchives(options: {
  folder?: string;
  json: boolean;
  write?: (line: string) => void;
}): Promise<number> {
  const { folder, json, write = console.log } = options;
  let labels: readonly Label[];
  try {
    labels = folder === undefined ? archiveCases : await readLabels(folder);
  } catch (error) {
    console.error(`The labels of ${folder} cannot be read: ${error instanceof Error ? error.message : error}`);
    return 2;
  }
  const judged: Judged[] = [];
  for (const label of labels) {
    const one = await judge(label);
    judged.push(one);
    write(json ? JSON.stringify(one) : line(one, label.why));
  }
  const summary = summarise(judged);
  write(JSON.stringify(summary));
  // A folder without entries proves nothing.
  return summary.wrong === 0 && summary.entries > 0 ? 0 : 1;
}

async function judge({ file, expected, rule, bytes }: Label): Promise<Judged> {
  let outcome: Judged['outcome'] = 'accept';
  let said: { rule?: string; detail?: string } = {};
  try {
    await readArchive(await bytes(), { fileName: file });
  } catch (error) {
    if (error instanceof Problem) {
      outcome = 'reject';
      said = { rule: error.rule ?? error.code, detail: error.detail ?? error.message };
    } else {
      outcome = 'failed';
      said = { detail: String(error) };
    }
  }
  const ok = outcome === expected && (rule === undefined || rule === said.rule);
  return { file, expected: rule === undefined ? expected : `${expected} (${rule})`, outcome, ...said, ok };
}

function summarise(judged: readonly Judged[]): Summary {
  const hostile = judged.filter(({ expected }) => expected.startsWith('reject'));
  const caught = hostile.filter(({ outcome }) => outcome === 'reject').length;
  const false_positives = judged.filter(
    ({ expected, outcome }) => expected === 'accept' && outcome !== 'accept',
  ).length;
  const recall = hostile.length === 0 ? 1 : caught / hostile.length;
  return {
    entries: judged.length,
    wrong: judged.filter(({ ok }) => !ok).length,
    recall_block: recall,
    recall_all: recall,
    precision: caught + false_positives === 0 ? 1 : caught / (caught + false_positives),
    false_positives,
  };
}

function line({ file, expected, outcome, rule, detail, ok }: Judged, why: string): string {
  const shown = outcome === 'accept' ? why : `${rule ?? ''} ${detail ?? ''}`;
  return `${ok ? 'ok   ' : 'WRONG'} ${outcome.padEnd(6)} ${file.padEnd(44)} ${ok ? '' : `expected ${expected}: `}${plain(shown)}`;
}

/** Names of files and reasons come from outside, and are shown in a terminal. */
function plain(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 200);
}

async function readLabels(folder: string): Promise<Label[]> {
  const rows: unknown = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
  if (!Array.isArray(rows) || !rows.every(isLabel)) throw new Error('index.json is not a list of {file, expected}.');
  return rows.map(({ file, expected, why }) => ({
    file,
    expected,
    why: why ?? '',
    bytes: () => readFile(join(folder, file)),
  }));
}

function isLabel(row: unknown): row is { file: string; expected: 'accept' | 'reject'; why?: string } {
  if (typeof row !== 'object' || row === null || !('file' in row) || !('expected' in row)) return false;
  return typeof row.file === 'string' && (row.expected === 'accept' || row.expected === 'reject');
}
