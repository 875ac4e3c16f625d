import type { Json } from '@proofpix/contract/json';
import type { DevStep } from './step.ts';

const most = 20;
const textChars = 60;

/** What a step says that the same step of the round before did not, in short sentences. */
export function changesSince(before: DevStep, now: Pick<DevStep, 'step'>): string[] {
  if (before.step.ok !== now.step.ok) return [now.step.ok ? 'it works again' : 'it fails now'];
  if (!now.step.ok) {
    const same = before.step.error?.message === now.step.error?.message;
    return same ? [] : ['it fails in another way'];
  }
  const changes: string[] = [];
  compare(recordOf(before.step.result), recordOf(now.step.result), '', changes);
  const filesBefore = new Map(before.step.files.map(({ name, sha256 }) => [name, sha256]));
  for (const { name, sha256 } of now.step.files) {
    const old = filesBefore.get(name);
    if (old === undefined) changes.push(`+ file ${name}`);
    else if (old !== sha256) changes.push(`~ file ${name}`);
    filesBefore.delete(name);
  }
  for (const name of filesBefore.keys()) changes.push(`- file ${name}`);
  return changes.length > most ? [...changes.slice(0, most), `and ${changes.length - most} more`] : changes;
}

type Fields = { readonly [key: string]: Json };

/** Two levels: `metadata` and the tags in it. Deeper values are compared as a whole. */
function compare(before: Fields, now: Fields, prefix: string, changes: string[]): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const [old, value] = [field(before, key), field(now, key)];
    const name = prefix + key;
    if (old === undefined) changes.push(`+ ${name}: ${short(value)}`);
    else if (value === undefined) changes.push(`- ${name}`);
    else if (JSON.stringify(old) === JSON.stringify(value)) continue;
    else if (prefix === '' && isRecord(old) && isRecord(value)) compare(old, value, `${key}.`, changes);
    else changes.push(`~ ${name}: ${short(old)} → ${short(value)}`);
  }
}

function field(fields: Fields, key: string): Json | undefined {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

function recordOf(value: Json | undefined): Fields {
  return isRecord(value) ? value : {};
}

function isRecord(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function short(value: Json | undefined): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > textChars ? `${text.slice(0, textChars - 1)}…` : text;
}
