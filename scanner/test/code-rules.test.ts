import { describe, expect, test } from 'vitest';
import type { Manifest } from '@proofpix/contract/manifest';
import type { ScanFinding } from '@proofpix/contract/scan';
import { codeRules, fileRules, packageJsonRules, packageRules, textRules } from '@proofpix/scanner/code/rule-set';
import { scanFile, scanPackage } from '@proofpix/scanner/code/scan-package';

const encoder = new TextEncoder();

function findingsIn(code: string): ScanFinding[] {
  // The first reading is CommonJS; what is a module says so itself.
  return scanFile(/^\s*(?:import|export)\b(?!\()/m.test(code) ? 'a.mjs' : 'a.cjs', encoder.encode(code)).findings;
}

const of = (rule: { id: string }) => (found: ScanFinding) => found.rule === rule.id;

describe('the rules about source', () => {
  for (const rule of [...codeRules, ...textRules]) {
    describe(rule.id, () => {
      test.each(rule.samples.bad)('finds %j', (code) => {
        const found = findingsIn(code);
        expect(found.some(of(rule)), JSON.stringify(found)).toBe(true);
      });
      test.each(rule.samples.good)('lets %j be', (code) => {
        const found = findingsIn(code);
        // Another rule may have its say; of unreadable samples nothing would be proven.
        expect(
          found.filter(({ rule: id, severity }) => (id === rule.id && severity !== 'low') || id === 'unreadable-code'),
        ).toEqual([]);
      });
    });
  }
});

describe('the rules about files', () => {
  for (const rule of fileRules) {
    const scan = ({ path, bytes, text = '' }: (typeof rule.samples.bad)[number]) =>
      scanFile(path, bytes === undefined ? encoder.encode(text) : Uint8Array.from(bytes)).findings;
    test.each(rule.samples.bad)(`${rule.id} finds $path`, (sample) => {
      expect(scan(sample).some(of(rule))).toBe(true);
    });
    test.each(rule.samples.good)(`${rule.id} lets $path be`, (sample) => {
      expect(scan(sample).filter(of(rule))).toEqual([]);
    });
  }
});

describe('the rules about package.json', () => {
  for (const rule of packageJsonRules) {
    const scan = (fields: Record<string, unknown>) =>
      scanFile('package.json', encoder.encode(JSON.stringify(fields))).findings;
    test.each(rule.samples.bad)(`${rule.id} finds %j`, (fields) => {
      expect(scan(fields).some(of(rule))).toBe(true);
    });
    test.each(rule.samples.good)(`${rule.id} lets %j be`, (fields) => {
      expect(scan(fields).filter(of(rule))).toEqual([]);
    });
  }
});

describe('the rules that compare manifest and code', () => {
  for (const rule of packageRules) {
    const scan = ({ manifest, code }: (typeof rule.samples.bad)[number]) =>
      scanPackage(new Map([['index.js', encoder.encode(code)]]), { ...base, ...manifest }).findings;
    test.each(rule.samples.bad)(`${rule.id} finds $code`, (sample) => {
      expect(scan(sample).some(of(rule))).toBe(true);
    });
    test.each(rule.samples.good)(`${rule.id} lets $code be`, (sample) => {
      expect(scan(sample).filter(of(rule))).toEqual([]);
    });
  }
});

const base: Manifest = {
  id: 'sample',
  name: 'Sample',
  version: '1.0.0',
  description: 'A sample',
  author: 'Somebody',
  type: 'processor',
  category: 'other',
  license: 'MIT',
} as Manifest; // the rules read none of what is missing

test('every rule has an id of its own, an explanation, a remedy and samples of both kinds', () => {
  const rules = [...codeRules, ...textRules, ...fileRules, ...packageJsonRules, ...packageRules];
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const { id, explanation, remedy, samples } of rules) {
    expect(explanation.length, id).toBeGreaterThan(30);
    expect(remedy.length, id).toBeGreaterThanOrEqual(10);
    expect(samples.bad.length, id).toBeGreaterThan(0);
    expect(samples.good.length, id).toBeGreaterThan(0);
  }
  const snippets = rules.reduce((sum, { samples }) => sum + samples.bad.length + samples.good.length, 0);
  expect(snippets).toBeGreaterThanOrEqual(150);
});
