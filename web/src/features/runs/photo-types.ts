import { limits } from '@proofpix/contract/limits';
import type { TFunction } from 'i18next';
import { bytes } from '../../ui/format.ts';

/** By extension, only to say no before anything is sent: the server judges by content. */
const kinds: Record<string, string> = {
  jpg: 'JPEG',
  jpeg: 'JPEG',
  jpe: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  heic: 'HEIC',
  heif: 'HEIC',
  avif: 'AVIF',
  tif: 'TIFF',
  tiff: 'TIFF',
  cr2: 'CR2',
  dng: 'DNG',
  nef: 'NEF',
};

export const acceptedFiles = Object.keys(kinds)
  .map((extension) => `.${extension}`)
  .join(',');

const kindsByType: Record<string, string> = {
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/webp': 'WebP',
  'image/heic': 'HEIC',
  'image/heif': 'HEIF',
  'image/avif': 'AVIF',
  'image/tiff': 'TIFF',
  'image/x-canon-cr2': 'CR2',
  'image/x-adobe-dng': 'DNG',
  'image/x-nikon-nef': 'NEF',
};

function extensionOf(name: string): string {
  return /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** "JPEG": what the server found in the content, else what the name says. */
export function photoKind(type: string, name: string): string {
  return kindsByType[type] ?? kinds[extensionOf(name)] ?? 'File';
}

/** Whether the browsers this app is made for decode it themselves. */
export function isShown(type: string): boolean {
  return ['image/jpeg', 'image/png', 'image/webp', 'image/avif'].includes(type);
}

/** Why a file cannot be sent, or null. */
export function refusal(t: TFunction<'runs'>, file: { name: string; size: number }): string | null {
  if (kinds[extensionOf(file.name)] === undefined) return t('refused.kind');
  if (file.size === 0) return t('refused.empty');
  if (file.size > limits.photoBytes)
    return t('refused.large', { size: bytes(file.size), limit: bytes(limits.photoBytes) });
  return null;
}

/** Files that systems leave in folders; nobody means to send them. */
export function isClutter(name: string): boolean {
  return name.startsWith('.') || name === 'Thumbs.db' || name === 'desktop.ini';
}
