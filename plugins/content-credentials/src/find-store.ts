import { latin1, type ByteSource } from './byte-source.ts';
import { findInIsoMedia } from './containers/iso-media.ts';
import { findInJpeg } from './containers/jpeg.ts';
import { findInPng } from './containers/png.ts';
import { findInWebp } from './containers/webp.ts';
import type { FoundStore } from './found-store.ts';

/**
 * Looks where each container keeps its credentials; `null` where there are none, or where the container is not one of
 * these. @throws ContainerError
 */
export async function findStore(source: ByteSource): Promise<FoundStore | null> {
  const head = latin1(await source.read(0, 12));
  if (head.startsWith('\xff\xd8')) return findInJpeg(source);
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return findInPng(source);
  if (/^RIFF[\s\S]{4}WEBP/.test(head)) return findInWebp(source);
  if (head.slice(4, 8) === 'ftyp') return findInIsoMedia(source);
  return null;
}
