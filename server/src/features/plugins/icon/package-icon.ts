import { limits } from '@proofpix/contract/limits';

export type Icon = { type: 'image/png' | 'image/svg+xml'; bytes: Uint8Array };

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * What could load, run, or make a small text cost much to draw. As `<img>` under the policy of our answers none of it
 * can reach a page; it is left out all the same, so that nothing depends on one defence.
 */
const refusedInSvg =
  /<!|<\?(?!xml )|<\s*(?:[\w-]+:)?(?:script|foreignObject|use|image|iframe|object|embed|a|style|animate\w*|set|filter|pattern|link|handler|listener)\b|\s(?:[\w-]+:)?(?:on\w+|href|src)\s*=|url\s*\((?!\s*['"]?#)|&#|javascript:/i;

/**
 * The icon of a package, when it is one that can be shown without danger; nothing is decoded. Bounded twice: bytes, and
 * the width and height that a PNG claims, since a kilobyte of it can ask a browser for gigabytes.
 */
export function iconOf(files: ReadonlyMap<string, Uint8Array>): Icon | null {
  for (const [path, bytes] of files) {
    if (/^icon\.png$/i.test(path) && isPlainPng(bytes)) return { type: 'image/png', bytes };
    if (/^icon\.svg$/i.test(path) && isPlainSvg(bytes)) return { type: 'image/svg+xml', bytes };
  }
  return null;
}

function isPlainPng(bytes: Uint8Array): boolean {
  // Signature, then the header chunk: length, IHDR, width, height.
  if (bytes.length < 33 || !pngSignature.every((byte, index) => bytes[index] === byte)) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(12) !== 0x49484452) return false;
  return [view.getUint32(16), view.getUint32(20)].every((side) => side > 0 && side <= limits.iconPngPixels);
}

function isPlainSvg(bytes: Uint8Array): boolean {
  if (bytes.length > limits.iconSvgBytes) return false;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return false;
  }
  // Another encoding would hide what is looked for here.
  if (/encoding\s*=\s*["'](?!utf-8)/i.test(text)) return false;
  return /^\s*(?:<\?xml [^>]*\?>\s*)?<svg[\s>]/.test(text) && !refusedInSvg.test(text);
}
