import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type BadLabel = {
  file: string;
  kind: 'js' | 'manifest' | 'file';
  technique: string;
  expected: 'block' | 'flag';
};
export type GoodLabel = { package: string; version: string; file: string; expected: 'pass' | 'flag' };
export type Labels = { bad: BadLabel[]; good: GoodLabel[] };

/** @throws Error where the folder has no list of bad samples, or a list is not one of labels */
export function readLabels(folder: string): Labels {
  const bad = readList(join(folder, 'bad-labels.json'));
  const goodList = join(folder, 'good-labels.json');
  const good = existsSync(goodList) ? readList(goodList) : [];
  if (!bad.every(isBad)) throw new Error('bad-labels.json is not a list of {file, kind, technique, expected}.');
  if (!good.every(isGood)) throw new Error('good-labels.json is not a list of {package, version, file, expected}.');
  return { bad, good };
}

function readList(file: string): unknown[] {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(value)) throw new Error(`${file} is not a list.`);
  return value;
}

function isBad(entry: unknown): entry is BadLabel {
  const { file, kind, expected } = fieldsOf(entry);
  return (
    typeof file === 'string' &&
    ['js', 'manifest', 'file'].includes(String(kind)) &&
    (expected === 'block' || expected === 'flag')
  );
}

function isGood(entry: unknown): entry is GoodLabel {
  const { file, package: name, version, expected } = fieldsOf(entry);
  return (
    [file, name, version].every((field) => typeof field === 'string') && (expected === 'pass' || expected === 'flag')
  );
}

function fieldsOf(entry: unknown): Record<string, unknown> {
  return typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>) : {}; // an object, as just checked
}
