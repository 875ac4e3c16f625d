import { latin1, viewOf, type Removed, type Wanted } from './wanted.ts';

/** Content location code and name, city, sub-location, province, country code and name (IPTC-IIM, record 2). */
const places = new Set([26, 27, 90, 92, 95, 100, 101]);
/** Date and time created, and digital creation. */
const times = new Set([55, 60, 62, 63]);
const resources = { iptc: 0x0404, thumbnail: [0x0409, 0x040c], exif: 0x0422, xmp: 0x0424, iptcDigest: 0x0425 } as const;

export type ResourceCleaners = {
  /** In place. */
  exif(block: Uint8Array): boolean;
  xmp(packet: Uint8Array): Uint8Array | null;
  thumbnail(jpeg: Uint8Array): void;
};

/**
 * Takes the places out of Photoshop's image resources, in which IPTC stands.
 * @param block what follows `Photoshop 3.0\0`
 * @returns the shorter block, the same one where nothing had to go, or null where it must go as a whole
 */
export function cleanPhotoshop(
  block: Uint8Array,
  wanted: Wanted,
  removed: Removed,
  cleaners: ResourceCleaners,
): Uint8Array | null {
  const view = viewOf(block);
  const kept: Uint8Array[] = [];
  let changed = false;
  let digestAt = -1;
  for (let at = 0; at < block.length;) {
    if (block.subarray(at).every((byte) => byte === 0)) break;
    const nameBytes = 1 + (block[at + 6] ?? 0);
    const head = at + 6 + nameBytes + (nameBytes % 2);
    if (head + 4 > block.length || latin1(block.subarray(at, at + 4)) !== '8BIM') return null;
    const size = view.getUint32(head);
    const end = head + 4 + size;
    if (end > block.length) return null;
    const id = view.getUint16(at + 4);
    const whole = block.subarray(at, Math.min(block.length, end + (size % 2)));
    const data = block.subarray(head + 4, end);
    at = end + (size % 2);
    if (id === resources.iptc) {
      const clean = cleanIptc(data, wanted, removed);
      if (clean === data) kept.push(whole);
      else {
        changed = true;
        if (clean !== null) kept.push(...resource(whole.subarray(0, whole.length - data.length - (size % 2)), clean));
      }
      continue;
    }
    if (id === resources.iptcDigest) digestAt = kept.length;
    if (id === resources.exif && !cleaners.exif(data)) changed = true;
    else if (id === resources.xmp) {
      const clean = cleaners.xmp(data);
      if (clean === null) changed = true;
      else {
        data.set(clean);
        kept.push(whole);
      }
    } else {
      // Behind a head of 28 bytes stands a JPEG.
      if ((resources.thumbnail as readonly number[]).includes(id) && data.length > 32)
        cleaners.thumbnail(data.subarray(28));
      kept.push(whole);
    }
  }
  if (!changed) return block;
  // It would only say that the IPTC block is another one now.
  if (digestAt >= 0) kept.splice(digestAt, 1);
  return joined(kept);
}

function resource(head: Uint8Array, data: Uint8Array): Uint8Array[] {
  const sized = head.slice();
  viewOf(sized).setUint32(sized.length - 4, data.length);
  return data.length % 2 === 1 ? [sized, data, Uint8Array.of(0)] : [sized, data];
}

/** @returns the same bytes where nothing had to go; null where they cannot be read to their end */
export function cleanIptc(records: Uint8Array, wanted: Wanted, removed: Removed): Uint8Array | null {
  const view = viewOf(records);
  const kept: Uint8Array[] = [];
  let changed = false;
  for (let at = 0; at < records.length;) {
    if (records[at] === 0) break;
    if (records[at] !== 0x1c || at + 5 > records.length) return null;
    const length = view.getUint16(at + 3);
    // The highest bit stands for a longer length behind it, which only huge objects have.
    if (length > 0x7fff || at + 5 + length > records.length) return null;
    const dataset = records[at + 2] ?? 0;
    const application = records[at + 1] === 2;
    if (application && places.has(dataset)) removed.add('IPTC places');
    else if (application && wanted.times && times.has(dataset)) removed.add('IPTC times');
    else {
      kept.push(records.subarray(at, at + 5 + length));
      at += 5 + length;
      continue;
    }
    changed = true;
    at += 5 + length;
  }
  return changed ? joined(kept) : records;
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
