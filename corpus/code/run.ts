import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScanResult, ScanSeverity } from '@proofpix/contract/scan';
import { scanFile } from '@proofpix/scanner/code/scan-package';
import { installGood } from './install-good.ts';
import { readLabels, type BadLabel, type Labels } from './labels.ts';

/** `flag`: something was found that does not block. */
type Outcome = 'pass' | 'flag' | 'block' | 'missing';
type Judged = {
  file: string;
  set: 'bad' | 'good';
  technique: string;
  expected: string;
  outcome: Outcome;
  severity: ScanSeverity | null;
  rules: string[];
  ok: boolean;
};
type Summary = {
  recall_block: number;
  recall_all: number;
  precision: number;
  false_positives: number;
  bad: number;
  good: number;
  missing: number;
};

/** What the set of rules promises; a run below it ends with 1. */
const least = { recall_block: 0.97, recall_all: 0.95, precision: 0.97 };

/** Judges every labelled file; 0 when the promises are kept, 2 when there is nothing to judge. */
export async function runCode(options: {
  folder: string;
  json: boolean;
  write?: (line: string) => void;
}): Promise<number> {
  const { folder, json, write = console.log } = options;
  let labels: Labels;
  try {
    labels = readLabels(folder);
  } catch (error) {
    console.error(`The corpus ${folder} cannot be read: ${error instanceof Error ? error.message : error}`);
    return 2;
  }
  const judged: Judged[] = [];
  const note = (one: Judged) => {
    judged.push(one);
    write(json ? JSON.stringify(one) : lineOf(one));
  };
  for (const label of labels.bad) note(await judgeBad(folder, label));
  const find = await installGood(labels.good);
  for (const label of labels.good) {
    const path = await find(label);
    const scanned = path === null ? null : scanFile(path.split('/').at(-1) ?? path, await readFile(path));
    const outcome = outcomeOf(scanned);
    const severity = worst(scanned);
    // A remark of low severity is told and asks nobody for anything.
    const tolerated = label.expected === 'flag' ? outcome !== 'block' : severity === null || severity === 'low';
    note({
      file: label.file,
      set: 'good',
      technique: `${label.package}@${label.version}`,
      expected: label.expected,
      outcome,
      severity,
      rules: rulesOf(scanned),
      ok: outcome !== 'missing' && tolerated,
    });
  }
  const summary = summarise(judged);
  write(JSON.stringify(summary));
  if (labels.bad.length === 0) return 2;
  const kept =
    summary.recall_block >= least.recall_block &&
    summary.recall_all >= least.recall_all &&
    summary.precision >= least.precision;
  return kept && summary.missing === 0 ? 0 : 1;
}

async function judgeBad(folder: string, { file, kind, technique, expected }: BadLabel): Promise<Judged> {
  const scanned = scanFile(pathInside(file, kind), await readFile(join(folder, file)));
  const outcome = outcomeOf(scanned);
  const ok = outcome === 'block' || (expected === 'flag' && outcome === 'flag');
  return { file, set: 'bad', technique, expected, outcome, severity: worst(scanned), rules: rulesOf(scanned), ok };
}

/** A sample is a file, or a folder of its own that stands for a package. */
function pathInside(file: string, kind: BadLabel['kind']): string {
  const parts = file.split('/').slice(1);
  const path = parts.length > 1 ? parts.slice(1).join('/') : (parts[0] ?? file);
  if (kind === 'manifest') return 'package.json';
  return kind === 'js' && !/\.[cm]?js$/.test(path) ? `${path}.js` : path;
}

function summarise(judged: readonly Judged[]): Summary {
  const bad = judged.filter(({ set }) => set === 'bad');
  const good = judged.filter(({ set }) => set === 'good');
  const toBlock = bad.filter(({ expected }) => expected === 'block');
  const caught = bad.filter(({ outcome }) => outcome !== 'pass').length;
  const missing = good.filter(({ outcome }) => outcome === 'missing').length;
  const falsePositives = good.filter(({ ok, outcome }) => !ok && outcome !== 'missing').length;
  return {
    recall_block: share(toBlock.filter(({ outcome }) => outcome === 'block').length, toBlock.length),
    recall_all: share(caught, bad.length),
    precision: share(caught, caught + falsePositives),
    false_positives: falsePositives,
    bad: bad.length,
    good: good.length,
    missing,
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : Math.round((part / whole) * 10_000) / 10_000;
}

function outcomeOf(scanned: ScanResult | null): Outcome {
  if (scanned === null) return 'missing';
  if (scanned.verdict === 'block') return 'block';
  return scanned.findings.length > 0 ? 'flag' : 'pass';
}

function worst(scanned: ScanResult | null): ScanSeverity | null {
  return scanned?.findings[0]?.severity ?? null;
}

function rulesOf(scanned: ScanResult | null): string[] {
  const found = scanned?.findings.filter(({ severity }) => severity === worst(scanned)) ?? [];
  return [...new Set(found.map(({ rule }) => rule))];
}

function lineOf({ file, outcome, severity, expected, rules, ok }: Judged): string {
  const shown = severity === null ? outcome : `${outcome} (${severity})`;
  return `${ok ? 'ok   ' : 'WRONG'} ${file.padEnd(52)} ${shown.padEnd(15)} expected ${expected.padEnd(5)} ${rules.join(', ')}`;
}
