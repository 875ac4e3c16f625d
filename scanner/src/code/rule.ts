import type { Manifest } from '@proofpix/contract/manifest';
import type { ScanSeverity } from '@proofpix/contract/scan';
import type { CodeFile } from './code-file.ts';

/** What a rule says about a place; severity and confidence are the rule's own where it says nothing else. */
export type Remark = { message: string; severity?: ScanSeverity; confidence?: number };
/** `null` for the file as a whole. */
export type Place = { start: number; end: number } | null;
export type Report = (place: Place, remark: Remark) => void;

type RuleFacts = {
  id: string;
  /** The gravest that it says. */
  severity: ScanSeverity;
  /** Why this matters in a plugin. */
  explanation: string;
  /** What an author does about it. */
  remedy: string;
};

/** Snippets that a test runs: each bad one is found by this rule, no good one is. */
type Samples<Sample> = { bad: readonly Sample[]; good: readonly Sample[] };

export type CodeRule = RuleFacts & {
  kind: 'code';
  samples: Samples<string>;
  check(file: CodeFile, report: Report): void;
};

/** Looks at the characters of a source file, which need not parse. */
export type TextRule = RuleFacts & {
  kind: 'text';
  samples: Samples<string>;
  check(source: string, report: Report): void;
};

/** Looks at the package.json of a package. */
export type PackageJsonRule = RuleFacts & {
  kind: 'package-json';
  samples: Samples<Record<string, unknown>>;
  /** `key` is where the finding is shown in the text. */
  check(fields: Record<string, unknown>, report: (key: string, remark: Remark) => void): void;
};

/** Looks at name and first bytes of any file. */
export type FileRule = RuleFacts & {
  kind: 'file';
  samples: Samples<{ path: string; bytes?: readonly number[]; text?: string }>;
  check(file: { path: string; bytes: Uint8Array }, report: (remark: Remark) => void): void;
};

/** Compares what the manifest says with what all code of the package does. */
export type PackageRule = RuleFacts & {
  kind: 'package';
  samples: Samples<{ manifest: Partial<Manifest>; code: string }>;
  check(
    scanned: { manifest: Manifest; files: readonly CodeFile[] },
    report: (file: string, place: Place, remark: Remark) => void,
  ): void;
};
