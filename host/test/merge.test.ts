import { describe, expect, it } from 'vitest';
import type { Json } from '@proofpix/contract/json';
import type { Step } from '@proofpix/contract/runs';
import { canonicalJson } from '@proofpix/contract/canonical-json';
import { jsonDigest } from '../src/canonical-json.ts';
import { Merged } from '../src/merge.ts';

function step(plugin: string, result: Json, more: Partial<Step> = {}): Step {
  return {
    hook: 'file:process',
    plugin,
    version: '1.0.0',
    digest: `digest of ${plugin}`,
    ok: true,
    result,
    files: [],
    usage: { hostCalls: 0, bytesRead: 0, bytesWritten: 0 },
    milliseconds: 1,
    inputDigest: '',
    outputDigest: '',
    ...more,
  };
}

function merge(...steps: Step[]): Merged {
  const merged = new Merged();
  for (const each of steps) merged.add(each);
  return merged;
}

const source = (plugin: string) => ({ plugin, version: '1.0.0', digest: `digest of ${plugin}` });

describe('merging what plugins say', () => {
  it('keeps the first value of a tag and every other one beside it, with who said it', () => {
    const report = merge(
      step('one', { metadata: { Make: 'Canon', Model: 'R5' } }),
      step('two', { metadata: { Make: 'Nikon', ISO: 100 } }),
      step('three', { metadata: { Make: 'Canon', Model: 'R5' } }),
    ).report();
    expect(report.metadata).toEqual({ Make: 'Canon', Model: 'R5', ISO: 100 });
    expect(report.sources).toEqual({ Make: source('one'), Model: source('one'), ISO: source('two') });
    expect(report.conflicts).toEqual([
      {
        tag: 'Make',
        values: [
          { value: 'Canon', source: source('one') },
          { value: 'Nikon', source: source('two') },
          { value: 'Canon', source: source('three') },
        ],
      },
    ]);
  });

  it('sees no conflict in the order of keys', () => {
    const report = merge(
      step('one', { metadata: { a: { x: 1, y: [2] } } }),
      step('two', { metadata: { a: { y: [2], x: 1 } } }),
    ).report();
    expect(report.conflicts).toEqual([]);
  });

  it('takes findings of both hooks and files of every step, each with its source', () => {
    const finding = { severity: 'note', confidence: 1, title: 't', explanation: 'e' };
    const file = { name: 'a', size: 1, sha256: 's', type: 't' };
    const report = merge(
      step('one', { findings: [finding] }, { files: [file] }),
      step('two', { findings: [finding] }, { hook: 'data:analyze' }),
      step('three', { findings: [finding], metadata: { Make: 'x' } }, { hook: 'file:uploaded', files: [file] }),
    ).report();
    expect(report.findings).toEqual([
      { ...finding, source: source('one') },
      { ...finding, source: source('two') },
    ]);
    expect(report.files).toEqual([
      { ...file, source: source('one') },
      { ...file, source: source('three') },
    ]);
    expect(report.metadata).toEqual({});
    expect(report.steps).toHaveLength(3);
  });

  it('takes nothing from a step that failed but its files', () => {
    const report = merge(
      step('one', { metadata: { Make: 'x' } }, { ok: false, error: { code: 'plugin_error', message: '' } }),
    ).report();
    expect(report.metadata).toEqual({});
    expect(report.steps).toMatchObject([{ ok: false }]);
  });

  it('does not hand on more than others can take, and keeps it in the report', () => {
    const merged = merge(
      step('flood', { metadata: { big: 'x'.repeat(3_000_000), small: 1 } }),
      step('one', { metadata: { Make: 'Canon' } }),
    );
    expect(merged.metadata()).toEqual({ small: 1, Make: 'Canon' });
    expect(Object.keys(merged.report().metadata)).toEqual(['big', 'small', 'Make']);
  });

  it('is not led astray by tags with the names of built-in things', () => {
    const metadata = JSON.parse('{"toString":1,"hasOwnProperty":2,"__proto__":{"polluted":true}}') as Json;
    const report = merge(step('one', { metadata })).report();
    expect(Object.keys(report.metadata)).toEqual(['toString', 'hasOwnProperty', '__proto__']);
    expect(Object.prototype).not.toHaveProperty('polluted');
    expect(report.metadata).not.toHaveProperty('polluted');
  });
});

describe('canonical JSON', () => {
  it('is the same text for the same value', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'ä' }], a: true })).toBe('{"a":true,"b":[1,{"c":"ä","d":null}]}');
    expect(jsonDigest({ a: 1, b: 2 })).toBe(jsonDigest({ b: 2, a: 1 }));
    expect(jsonDigest([])).toBe('4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945');
  });
});
