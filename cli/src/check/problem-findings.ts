import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '@proofpix/contract/errors';
import type { CheckFinding } from './findings.ts';
import { findingsOfManifestProblem } from './manifest-findings.ts';

/** Why a plugin cannot be packed or read, with the file and the line where that can be found out. */
export async function findingsOfProblem(problem: Problem, folder: string | null): Promise<CheckFinding[]> {
  if (problem.code === 'manifest_invalid' && folder !== null)
    return findingsOfManifestProblem(problem, await readFile(join(folder, 'manifest.json'), 'utf8'));
  if (problem.code === 'manifest_invalid') return findingsOfManifestProblem(problem, '');
  const { code, message } = problem;
  const place = /(?:^|[\s[(])([\w@./-]+\.[cm]?[jt]sx?):(\d+):\d+/.exec(message);
  const importer = /(\S+\.[cm]?[jt]sx?) imports it/.exec(message)?.[1];
  const file = place?.[1] ?? importer;
  const line = place
    ? Number(place[2])
    : folder !== null && importer
      ? await importLine(folder, importer, message)
      : undefined;
  const hint = hintFor(code, message);
  return [
    {
      severity: 'error',
      code,
      message,
      ...(file ? { file } : {}),
      ...(line ? { line } : {}),
      ...(hint ? { hint } : {}),
    },
  ];
}

function hintFor(code: string, message: string): string | undefined {
  if (code === 'manifest_missing') return 'A plugin is a folder with manifest.json: "proofpix new" makes one.';
  if (/Plugins have no module/.test(message))
    return 'Plugins have util, url, crypto and axios; files, storage and network go through ctx.';
  return /cannot be found/.test(message) ? 'Install it with npm, or mend the path.' : undefined;
}

/** The line that imports what cannot be imported. */
async function importLine(folder: string, file: string, message: string): Promise<number | undefined> {
  const specifier = /"([^"]+)"/.exec(message)?.[1];
  const text = await readFile(join(folder, file), 'utf8').catch(() => '');
  const index = text
    .split('\n')
    .findIndex((line) => specifier !== undefined && new RegExp(`['"](?:node:)?${escaped(specifier)}['"]`).test(line));
  return index === -1 ? undefined : index + 1;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
