import { canonicalJson } from '@proofpix/contract/canonical-json';
import type { Json } from '@proofpix/contract/json';
import { Changed } from './change.ts';
import { brokenLink, type JsonRecord } from './custody.ts';
import { isRecord, type BundleFile } from './manifest.ts';

/** The files of one exhibit: as the manifest lists them, and the texts of its two documents. */
export type ExhibitFiles = { runId: string; files: readonly BundleFile[]; texts: ReadonlyMap<string, string> };

/**
 * Whether what the documents of an exhibit say fits together: the photo is the one of the run and the one that custody
 * began with, the chain holds, and each step and file stands in both. @throws Changed
 */
export function checkExhibit({ runId, files, texts }: ExhibitFiles): void {
  const run = documentOf(files, texts, 'run');
  const custody = documentOf(files, texts, 'custody');
  const photo = files.find(({ role }) => role === 'photo');
  const { origin, steps } = custody.value;
  if (!isRecord(origin) || !isList(steps)) throw contradiction(custody.path, 'It has no chain.');
  // The record in the chain says whether a photo has to be there: nobody leaves it out unsaid.
  const gone = typeof origin.photoDeletedAt === 'string';
  if (gone !== (photo === undefined))
    throw contradiction(run.path, gone ? 'The photo was deleted, and there is one.' : 'The exhibit has no photo.');

  const { file, steps: ranSteps } = run.value;
  if (run.value.id !== runId || !isRecord(file)) throw contradiction(run.path, 'It speaks of another photo or run.');
  if (photo !== undefined && (file.sha256 !== photo.sha256 || file.size !== photo.size))
    throw contradiction(run.path, 'It speaks of another photo or run.');

  const broken = brokenLink(origin, steps);
  if (broken !== null)
    throw new Changed({
      kind: 'chain',
      path: custody.path,
      detail: broken === 0 ? 'Its first record was changed.' : `Step ${broken} does not follow from the one before.`,
    });
  if (!isRecord(origin.file) || origin.file.sha256 !== file.sha256 || origin.runId !== runId)
    throw contradiction(custody.path, 'It begins with another photo.');
  if (!isList(ranSteps) || ranSteps.length !== steps.length)
    throw contradiction(custody.path, `It has ${steps.length} steps, and the run has another number.`);
  for (const [index, step] of steps.entries()) {
    const ran = ranSteps[index] ?? {};
    for (const name of ['hook', 'plugin', 'version', 'digest', 'ok', 'inputDigest', 'outputDigest'])
      if (ran[name] !== step[name])
        throw contradiction(custody.path, `Step ${index + 1} has another "${name}" in the run.`);
  }
  checkDerived(run, gone, files);
}

function checkDerived(run: Document, gone: boolean, files: readonly BundleFile[]): void {
  const named = !gone && isList(run.value.files) ? run.value.files : [];
  const keyOf = (name: unknown, size: unknown, sha256: unknown) => canonicalJson([name, size, sha256] as Json[]); // texts and numbers
  const inRun = named.map(({ name, size, sha256 }) => keyOf(name, size, sha256)).sort();
  const inBundle = files
    .filter(({ role }) => role === 'derived')
    .map(({ name, size, sha256 }) => keyOf(name, size, sha256))
    .sort();
  if (inRun.length !== inBundle.length || inRun.some((key, index) => key !== inBundle[index]))
    throw contradiction(run.path, 'It names other added files than the bundle has.');
}

type Document = { path: string; value: JsonRecord };

function documentOf(
  files: readonly BundleFile[],
  texts: ReadonlyMap<string, string>,
  role: 'run' | 'custody',
): Document {
  const path = files.find((file) => file.role === role)?.path;
  if (path === undefined) throw contradiction('manifest.json', `An exhibit has no ${role}.json.`);
  try {
    const value: unknown = JSON.parse(texts.get(path) ?? '');
    if (isRecord(value)) return { path, value };
  } catch {
    // Not JSON: said below.
  }
  throw contradiction(path, 'It is not a document of a bundle.');
}

function isList(value: unknown): value is readonly JsonRecord[] {
  return Array.isArray(value) && value.every(isRecord);
}

function contradiction(path: string, detail: string): Changed {
  return new Changed({ kind: 'contradiction', path, detail });
}
