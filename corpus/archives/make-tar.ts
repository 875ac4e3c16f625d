import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

/** One entry of a hand-made tar. What is left out is what an honest archiver would write. */
export type TarPart = {
  name: string | Uint8Array;
  content?: string | Uint8Array;
  type?: string;
  mode?: string;
  size?: string;
  link?: string;
  magic?: string;
  prefix?: string;
  checksum?: string;
  padding?: Uint8Array;
};

/** A tar in which every field can lie. */
export function makeTar(parts: readonly TarPart[], options: { end?: Uint8Array } = {}): Uint8Array {
  const chunks = parts.flatMap((part) => {
    const content = Buffer.from(part.content ?? '');
    const header = Buffer.alloc(512);
    header.set(Buffer.from(part.name).subarray(0, 100), 0);
    header.write(part.mode ?? '0000644\0', 100, 'latin1');
    header.write('0000000\0', 108, 'latin1');
    header.write('0000000\0', 116, 'latin1');
    header.write(part.size ?? `${content.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
    header.write('00000000000\0', 136, 'latin1');
    header.write(part.type ?? '0', 156, 'latin1');
    header.write(part.link ?? '', 157, 'latin1');
    header.write(part.magic ?? 'ustar\x0000', 257, 'latin1');
    header.write(part.prefix ?? '', 345, 'latin1');
    sealHeader(header);
    if (part.checksum !== undefined) header.write(part.checksum, 148, 'latin1');
    return [header, content, part.padding ?? Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...chunks, options.end ?? Buffer.alloc(1024)]);
}

/** Writes the checksum that the header's other bytes ask for. */
export function sealHeader(header: Buffer): void {
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

export function makeTarGz(parts: readonly TarPart[], options: { end?: Uint8Array } = {}): Uint8Array {
  return gzipSync(makeTar(parts, options));
}

/** A gzip member with a header of one's own. */
export function makeGzip(content: Uint8Array, header: { flags?: number; fields?: Uint8Array } = {}): Uint8Array {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length, 4);
  const start = Buffer.from([0x1f, 0x8b, 8, header.flags ?? 0, 0, 0, 0, 0, 0, 255]);
  return Buffer.concat([start, header.fields ?? new Uint8Array(0), deflateRawSync(content), trailer]);
}

/** One record of a pax header: its length counts itself. */
export function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}
