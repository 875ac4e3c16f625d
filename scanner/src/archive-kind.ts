const zipEnd = Buffer.from('PK\x05\x06', 'latin1');
const zipEndBytes = 22;
const longestComment = 0xffff;

/** What a file begins with, at the offset where it does. */
const signatures: readonly (readonly [kind: string, at: number, bytes: string])[] = [
  ['ZIP', 0, 'PK\x03\x04'],
  ['ZIP', 0, 'PK\x05\x06'],
  ['ZIP', 0, 'PK\x07\x08'],
  ['gzip', 0, '\x1f\x8b\x08'],
  ['compress', 0, '\x1f\x9d'],
  ['xz', 0, '\xfd7zXZ\x00'],
  ['lzip', 0, 'LZIP\x01'],
  ['zstd', 0, '\x28\xb5\x2f\xfd'],
  ['lz4', 0, '\x04\x22\x4d\x18'],
  ['7z', 0, '7z\xbc\xaf\x27\x1c'],
  ['RAR', 0, 'Rar!\x1a\x07'],
  ['cabinet', 0, 'MSCF\x00\x00\x00\x00'],
  ['ar', 0, '!<arch>\n'],
  ['rpm', 0, '\xed\xab\xee\xdb'],
  ['xar', 0, 'xar!\x00'],
  ['WIM', 0, 'MSWIM\x00'],
  ['tar', 257, 'ustar\x00'],
  ['tar', 257, 'ustar  \x00'],
  ['ISO 9660', 32_769, 'CD001'],
];

/**
 * The kind of archive or compressed stream that a file is, by its content; null for anything else. A ZIP is found by its
 * end too, where programs look for it: it may hang behind a picture.
 */
export function archiveKind(bytes: Uint8Array): string | null {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = content.toString('latin1', 0, 10);
  // bzip2 says how hard it tried in its fourth character.
  if (/^BZh[1-9]1AY&SY$/.test(starts.slice(0, 10))) return 'bzip2';
  if (/^07070[127][0-7a-f]{4}/i.test(starts) && /^[0-9a-f]{100}/i.test(content.toString('latin1', 6, 106)))
    return 'cpio';
  for (const [kind, at, signature] of signatures) {
    if (content.toString('latin1', at, at + signature.length) === signature) return kind;
  }
  return endsAsZip(content) ? 'ZIP' : null;
}

function endsAsZip(content: Buffer): boolean {
  const lowest = Math.max(0, content.length - zipEndBytes - longestComment);
  for (let at = content.lastIndexOf(zipEnd); at >= lowest; at = at === 0 ? -1 : content.lastIndexOf(zipEnd, at - 1)) {
    if (at + zipEndBytes > content.length) continue;
    if (at + zipEndBytes + content.readUInt16LE(at + 20) === content.length) return true;
  }
  return false;
}
