import { Compile } from 'typebox/compile';
import type { ComponentList } from '@proofpix/contract/dependencies';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { ruleSetVersion, verdictOf, type ScanResult } from '@proofpix/contract/scan';
import { cleanText } from '@proofpix/host/clean-text';
import { purlOf } from '@proofpix/scanner/dependencies/npm-name';
import { createPathRegister } from '@proofpix/scanner/paths';
import { ProgressMessage, RefusedMessage, ScannedMessage, type Progress } from './messages.ts';

/** What a scan said cannot be: somebody else speaks from its process, or it has a mistake. */
export class AnswerFault extends Error {}

/** Made when the first answer comes: a server's start does not wait for it. */
let compiled: ReturnType<typeof compileAll> | undefined;
const validators = (): ReturnType<typeof compileAll> => (compiled ??= compileAll());

function compileAll() {
  return {
    progress: Compile(ProgressMessage),
    refused: Compile(RefusedMessage),
    scanned: Compile(ScannedMessage),
  };
}

/** @throws AnswerFault */
export function readProgress(json: string): Progress {
  const value = parse(json);
  if (!validators().progress.Check(value)) throw new AnswerFault('Its progress has another shape.');
  return value;
}

/** @throws AnswerFault */
export function readRefusal(json: string): Problem {
  const value = parse(json);
  if (!validators().refused.Check(value)) throw new AnswerFault('Its refusal has another shape.');
  const { code, detail, rule, fields } = value;
  if ((code === 'package_refused') !== (rule !== undefined)) throw new AnswerFault('Its refusal names a wrong rule.');
  const clean = fields.map(({ field, message }) => ({ field: cleanText(field), message: cleanText(message) }));
  return new Problem(code, detail === undefined ? undefined : cleanText(detail), clean, rule);
}

/**
 * What the scan says there is, before a byte of it comes: within the limits that an archive has, under paths that the path
 * rules allow, and a verdict no better than its own findings. @throws AnswerFault
 */
export function readScanned(json: string): ScannedMessage {
  const value = parse(json);
  if (!validators().scanned.Check(value)) throw new AnswerFault('Its answer has another shape.');
  const { files, scan, components } = value;
  if (files.reduce((sum, { size }) => sum + size, 0) > limits.packageUnpackedBytes)
    throw new AnswerFault('Its files are over the limit.');
  const register = createPathRegister();
  try {
    for (const { path } of files) register(path, 'file');
  } catch (error) {
    throw new AnswerFault(`Its files could not have been in a package. ${(error as Error).message}`); // a Problem
  }
  const paths = new Set(files.map(({ path }) => path));
  checkScan(scan, paths);
  checkComponents(components, paths);
  return value;
}

function checkScan(scan: ScanResult, paths: ReadonlySet<string>): void {
  if (scan.ruleSet !== ruleSetVersion || scan.files !== paths.size)
    throw new AnswerFault('Its scan is of other rules or other files.');
  if (scan.findings.some(({ file }) => !paths.has(file))) throw new AnswerFault('It found something in no file.');
  // Findings beyond the list may make it worse, and nothing makes it better.
  const order = ['pass', 'review', 'block'];
  const least = verdictOf(scan.findings.map(({ severity }) => severity));
  if (order.indexOf(scan.verdict) < order.indexOf(least))
    throw new AnswerFault('Its verdict is not that of its findings.');
  if (scan.more === 0 && scan.verdict !== least) throw new AnswerFault('Its verdict is not that of its findings.');
}

/** What is looked up is the address: it must be that of the name that is shown. */
function checkComponents({ components }: ComponentList, paths: ReadonlySet<string>): void {
  for (const { name, version, purl, evidence } of components) {
    if (purl !== purlOf(name, version)) throw new AnswerFault('A component has the address of another.');
    if (evidence.some(({ file }) => !paths.has(file))) throw new AnswerFault('It found a component in no file.');
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new AnswerFault('It sent what is no JSON.');
  }
}
