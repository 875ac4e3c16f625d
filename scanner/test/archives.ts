import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

/** One entry of a hand-made ZIP. What is left out is what an honest archiver would write. */
export type ZipPart = {
  name: string | Uint8Array;
  content?: string | Uint8Array;
  stored?: boolean;
  flags?: number;
  method?: number;
  mode?: number;
  dosAttributes?: number;
  crc?: number;
  size?: number;
  compressedSize?: number;
  extra?: Uint8Array;
  localName?: string;
  localSize?: number;
  localFlags?: number;
  localExtra?: Uint8Array;
  /** Bytes between this entry's data and the next one. */
  gap?: Uint8Array;
  offset?: number;
};

const utf8Flag = 0x0800;

/** A ZIP in which every field can lie. */
export function makeZip(
  parts: readonly ZipPart[],
  options: {
    prefix?: Uint8Array;
    comment?: Uint8Array;
    behind?: Uint8Array;
    beforeEnd?: Uint8Array;
    count?: number;
  } = {},
): Uint8Array {
  const chunks: Uint8Array[] = [options.prefix ?? new Uint8Array(0)];
  const directory: Uint8Array[] = [];
  let offset = chunks[0]?.length ?? 0;
  for (const part of parts) {
    const name = Buffer.from(part.name);
    const content = Buffer.from(part.content ?? '');
    const packed = part.stored ? content : deflateRawSync(content);
    const values = {
      flags: part.flags ?? utf8Flag,
      method: part.method ?? (part.stored ? 0 : 8),
      crc: part.crc ?? crc32(content),
      compressedSize: part.compressedSize ?? packed.length,
      size: part.size ?? content.length,
    };
    const localName = Buffer.from(part.localName ?? part.name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    writeShared(local, 4, { ...values, flags: part.localFlags ?? values.flags, size: part.localSize ?? values.size });
    local.writeUInt16LE(localName.length, 26);
    local.writeUInt16LE(part.localExtra?.length ?? 0, 28);
    const written = [local, localName, part.localExtra ?? new Uint8Array(0), packed, part.gap ?? new Uint8Array(0)];

    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(0x031e, 4);
    writeShared(central, 6, values);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt16LE(part.extra?.length ?? 0, 30);
    central.writeUInt32LE((((part.mode ?? 0o100644) << 16) | (part.dosAttributes ?? 0)) >>> 0, 38);
    central.writeUInt32LE(part.offset ?? offset, 42);
    directory.push(central, name, part.extra ?? new Uint8Array(0));
    chunks.push(...written);
    offset += written.reduce((sum, bytes) => sum + bytes.length, 0);
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(options.count ?? parts.length, 8);
  end.writeUInt16LE(options.count ?? parts.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(options.comment?.length ?? 0, 20);
  const tail = [options.beforeEnd, end, options.comment, options.behind].filter((bytes) => bytes !== undefined);
  return Buffer.concat([...chunks, listing, ...tail]);
}

function writeShared(
  header: Buffer,
  at: number,
  values: { flags: number; method: number; crc: number; compressedSize: number; size: number },
): void {
  header.writeUInt16LE(20, at);
  header.writeUInt16LE(values.flags, at + 2);
  header.writeUInt16LE(values.method, at + 4);
  header.writeUInt32LE(values.crc, at + 10);
  header.writeUInt32LE(values.compressedSize, at + 14);
  header.writeUInt32LE(values.size, at + 18);
}

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
    header.fill(0x20, 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(part.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...chunks, options.end ?? Buffer.alloc(1024)]);
}

export function makeTarGz(parts: readonly TarPart[], options: { end?: Uint8Array } = {}): Uint8Array {
  return gzipSync(makeTar(parts, options));
}

/** One record of a pax header: its length counts itself. */
export function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}
