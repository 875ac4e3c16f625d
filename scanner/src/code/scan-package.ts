import { limits } from '@proofpix/contract/limits';
import type { Manifest } from '@proofpix/contract/manifest';
import type { ScanResult } from '@proofpix/contract/scan';
import { createCodeFile, type CodeFile } from './code-file.ts';
import { createTree } from './code-tree.ts';
import { createEvaluator } from './evaluate.ts';
import { createFindings, type Findings } from './findings.ts';
import { findInvocations } from './invocations.ts';
import { isRecord } from './json-record.ts';
import { parseLooseJson } from './loose-json.ts';
import { parse } from './parse.ts';
import { codeRules, fileRules, packageJsonRules, packageRules, textRules } from './rule-set.ts';
import { signIn } from './unread-code.ts';

const unreadable = {
  id: 'unreadable-code',
  severity: 'medium',
  remedy: 'Submit JavaScript that can be read, in files of a usual size.',
} as const;
const isCode = /\.[cm]?js$/i;
const packageJsonBytes = 256 * 1024;

/**
 * What all rules find in a package, without running any of it: names and first bytes of every file, package.json, every
 * JavaScript file, and with a manifest whether code and permissions agree.
 * @param files by path inside the package
 * @param manifest when it is known; without it the rules about permissions are not asked
 * @example const { verdict, findings } = scanPackage(files, manifest);
 */
export function scanPackage(files: ReadonlyMap<string, Uint8Array>, manifest: Manifest | null): ScanResult {
  const findings = createFindings();
  const parsed: CodeFile[] = [];
  let budget = limits.scanTotalBytes;
  for (const [path, bytes] of files) {
    const code = lookAt(path, bytes, findings, budget);
    if (isCode.test(path)) budget -= bytes.length;
    // Trees are kept only where rules compare files: they take far more than the source.
    if (code !== null && manifest !== null) parsed.push(code);
  }
  if (manifest !== null) {
    const sources = new Map(parsed.map(({ path, source }) => [path, source]));
    for (const rule of packageRules) {
      rule.check({ manifest, files: parsed }, (file, place, remark) =>
        findings.add(rule, file, sources.get(file) ?? null, place, remark),
      );
    }
  }
  return findings.result(files.size);
}

/** The same for one file alone. */
export function scanFile(path: string, bytes: Uint8Array): ScanResult {
  const findings = createFindings();
  lookAt(path, bytes, findings, limits.scanTotalBytes);
  return findings.result(1);
}

function lookAt(path: string, bytes: Uint8Array, findings: Findings, budget: number): CodeFile | null {
  for (const rule of fileRules) rule.check({ path, bytes }, (remark) => findings.add(rule, path, null, null, remark));
  if (/(?:^|\/)package\.json$/.test(path)) lookAtPackageJson(path, bytes, findings);
  if (!isCode.test(path)) return null;
  const tooLarge = bytes.length > limits.scanFileBytes;
  if (tooLarge || bytes.length > budget) {
    const why = tooLarge
      ? `is over ${limits.scanFileBytes / 1024 / 1024} MB`
      : 'is more code than one package may have';
    findings.add(unreadable, path, null, null, { message: `The file ${why} and was not analysed.` });
    return null;
  }
  return lookAtCode(path, new TextDecoder().decode(bytes), findings);
}

function lookAtCode(path: string, source: string, findings: Findings): CodeFile | null {
  for (const rule of textRules) rule.check(source, (place, remark) => findings.add(rule, path, source, place, remark));
  const { program, fault } = parse(path, source);
  const tree = program === null ? null : createTree(program);
  if (tree === null) {
    const why = fault ?? `has more than ${limits.scanNodes} parts`;
    const sign = signIn(source);
    findings.add(unreadable, path, null, null, {
      message: `The file ${why}; it was not analysed.${sign === null ? '' : ` It asks for ${sign}.`}`,
      ...(sign === null ? {} : { severity: 'high' as const }),
    });
    return null;
  }
  const evaluator = createEvaluator(tree);
  const file = createCodeFile({ path, source, tree, evaluator, invocations: findInvocations(tree, evaluator) });
  for (const rule of codeRules) rule.check(file, (place, remark) => findings.add(rule, path, source, place, remark));
  if (evaluator.exhausted()) {
    findings.add(unreadable, path, null, null, { message: 'The file is too entangled to be followed to its end.' });
  }
  return file;
}

function lookAtPackageJson(path: string, bytes: Uint8Array, findings: Findings): void {
  if (bytes.length > packageJsonBytes) {
    findings.add(unreadable, path, null, null, {
      message: `The file is over ${packageJsonBytes / 1024} kB and was not read.`,
    });
    return;
  }
  const source = new TextDecoder().decode(bytes);
  const fields = readFields(source, () =>
    findings.add(unreadable, path, null, null, { message: 'The file is not JSON.' }),
  );
  if (!isRecord(fields)) return;
  for (const rule of packageJsonRules) {
    rule.check(fields, (key, remark) => {
      const start = source.indexOf(JSON.stringify(key));
      findings.add(rule, path, source, start === -1 ? null : { start, end: start + key.length + 2 }, remark);
    });
  }
}

function readFields(source: string, note: () => void): unknown {
  const text = source.replace(/^\ufeff/, '');
  try {
    return JSON.parse(text);
  } catch {
    note();
  }
  try {
    return parseLooseJson(text);
  } catch {
    return null;
  }
}
