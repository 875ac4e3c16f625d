import { approvalsNeeded, automaticRules, type AutomaticRule } from '@proofpix/contract/publishing';
import type { Manifest } from '@proofpix/contract/manifest';
import { effectiveVerdict, usualScanRules, type ScanResult } from '@proofpix/contract/scan';
import type { ReleaseRow } from '../releases/queries.ts';
import { differenceOf } from './compare-release.ts';

type Question = {
  manifest: Manifest;
  scan: ScanResult;
  verified: boolean;
  previous: ReleaseRow | undefined;
  releases: readonly ReleaseRow[];
};

/** Whether the stated rules approve it, and those that do not. Every rule is in the contract, for everybody to read. */
export function judgeAutomatically(question: Question): { approves: boolean; missing: string[] } {
  const { manifest, scan, verified, previous, releases } = question;
  const difference = previous === undefined ? null : differenceOf(previous, { manifest, components: null });
  const met: Readonly<Record<AutomaticRule, boolean>> = {
    update: previous !== undefined && releases.some((row) => row.approved_by === 'people'),
    verified,
    // What is behind a full list counts as found.
    clean: scan.more === 0 && effectiveVerdict(scan, usualScanRules) === 'pass' && scan.verdict === 'pass',
    // Without an earlier version there is nothing to compare with, and the first rule says so.
    permissions: !grew(difference?.permissions) && approvalsNeeded(manifest.permissions ?? []) === 1,
    hosts: !grew(difference?.hosts),
    hooks: !grew(difference?.hooks),
  };
  const names = Object.keys(automaticRules) as AutomaticRule[]; // keys of a constant object
  const missing = names.filter((name) => !met[name]).map((name) => automaticRules[name]);
  return { approves: missing.length === 0, missing };
}

function grew(change: { added: readonly unknown[] } | undefined): boolean {
  return change !== undefined && change.added.length > 0;
}
