import type { Json } from '@proofpix/contract/json';
import type { Step } from '@proofpix/contract/runs';
import type { HostCallSeen } from '@proofpix/host/capabilities';

/** One hook of one photo, with everything that only somebody beside the plugin sees. */
export type DevStep = {
  photo: DevPhoto;
  hook: string;
  /** What the hook got beside the file. */
  input: { readonly [key: string]: Json };
  step: Pick<Step, 'ok' | 'result' | 'error' | 'notes' | 'files' | 'usage' | 'milliseconds'>;
  /** Of its process, measured from outside. */
  cpuMilliseconds: number;
  memoryBytes: number;
  hostCalls: HostCallSeen[];
  logs: { level: string; message: string }[];
  violations: { type: string; detail: string }[];
  /** What is different from the round before; null in the first. */
  changes: string[] | null;
};

export type DevPhoto = {
  /** Null: the sample that ProofPix draws. */
  path: string | null;
  name: string;
  sha256: string;
};

/** One round: the plugin was packed, loaded, and called for each photo. */
export type Round = {
  number: number;
  plugin: { id: string; version: string; digest: string } | null;
  /** Why there are no steps. */
  problems: { message: string; file?: string; line?: number; hint?: string }[];
  packMilliseconds: number;
  loadMilliseconds: number;
  steps: DevStep[];
};

export function isGood(round: Round): boolean {
  return round.problems.length === 0 && round.steps.every(({ step }) => step.ok);
}
