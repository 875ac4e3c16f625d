import { sha256 } from '@noble/hashes/sha2.js';

/** SHA-256 and CRC-32 of bytes that come piece by piece. */
export type Checksum = { update(bytes: Uint8Array): void; done(): { sha256: string; crc32: number; size: number } };

/** The same everywhere, browsers included; a server has faster ones. */
export function createChecksum(): Checksum {
  const hash = sha256.create();
  let crc = 0;
  let size = 0;
  return {
    update(bytes) {
      hash.update(bytes);
      crc = crc32(bytes, crc);
      size += bytes.length;
    },
    done: () => ({ sha256: hex(hash.digest()), crc32: crc, size }),
  };
}

export function sha256Hex(data: Uint8Array | string): string {
  return hex(sha256(typeof data === 'string' ? new TextEncoder().encode(data) : data));
}

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array, before: number): number {
  let crc = ~before;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
