import type { Json } from '@proofpix/contract/json';
import { isBundlePath } from './zip-layout.ts';

export const fileRoles = [
  'photo',
  'run',
  'custody',
  'notes',
  'derived',
  'report',
  'case',
  'page',
  'readme',
  'control',
  'index',
] as const;
export type FileRole = (typeof fileRoles)[number];

/** One file of a bundle, in the order in which they stand in the archive. */
export type BundleFile = {
  path: string;
  size: number;
  sha256: string;
  role: FileRole;
  /** Number of the exhibit it belongs to. */
  exhibit?: number;
  /** As its maker named it, where the path cannot say so. */
  name?: string;
  /** Which plugin wrote it. */
  plugin?: string;
};

/** `controls`: no photos, but what a server recorded about itself in a period. */
export const bundleKinds = ['run', 'case', 'controls'] as const;

export type Manifest = {
  version: 1;
  kind: (typeof bundleKinds)[number];
  organisation: { id: string; name: string };
  case: { id: string; title: string; reference: string | null } | null;
  createdAt: string;
  createdBy: { name: string | null };
  exhibits: { number: number; runId: string; name: string }[];
  /** Of controls alone: the first moment, and the first behind it. */
  period?: { from: string; to: string };
  files: BundleFile[];
};

export const manifestPath = 'manifest.json';
export const attestationPath = 'attestation.json';

export function exhibitFolder(number: number): string {
  return `exhibits/${String(number).padStart(4, '0')}`;
}

/** A path for a file that a stranger named: a number of its own, and of the name what every file system takes. */
export function safePath(folder: string, index: number, name: string): string {
  const last = name.split('/').at(-1) ?? '';
  const plain = last.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(-80);
  return `${folder}/${String(index + 1).padStart(3, '0')}-${plain === '' ? 'file' : plain}`;
}

/** The manifest, or null where it does not have the form of one. It may come from anybody. */
export function readManifest(text: string): Manifest | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || value.version !== 1 || !(bundleKinds as readonly unknown[]).includes(value.kind)) return null;
  const { organisation, exhibits, files, createdBy } = value;
  if (!isRecord(organisation) || typeof organisation.id !== 'string' || typeof organisation.name !== 'string')
    return null;
  if (!isRecord(createdBy) || typeof value.createdAt !== 'string') return null;
  if (value.case !== null && !(isRecord(value.case) && typeof value.case.title === 'string')) return null;
  if ((value.kind === 'controls') !== isPeriod(value.period)) return null;
  if (!Array.isArray(exhibits) || !exhibits.every(isExhibit)) return null;
  if (!Array.isArray(files) || !files.every(isFile)) return null;
  return value as Manifest; // every part that is used was looked at
}

function isPeriod(value: unknown): boolean {
  return isRecord(value) && typeof value.from === 'string' && typeof value.to === 'string';
}

function isExhibit(value: unknown): boolean {
  return (
    isRecord(value) &&
    Number.isSafeInteger(value.number) &&
    typeof value.runId === 'string' &&
    typeof value.name === 'string'
  );
}

function isFile(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.path === 'string' &&
    isBundlePath(value.path) &&
    Number.isSafeInteger(value.size) &&
    typeof value.sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(value.sha256) &&
    (fileRoles as readonly unknown[]).includes(value.role) &&
    (value.exhibit === undefined || Number.isSafeInteger(value.exhibit)) &&
    (value.name === undefined || typeof value.name === 'string')
  );
}

export function isRecord(value: unknown): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
