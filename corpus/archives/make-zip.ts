import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of a hand-made ZIP. What is left out is what an honest archiver would write. */
export type ZipPart = {
  name: string | Uint8Array;
  content?: string | Uint8Array;
  stored?: boolean;
  /** Compressed data of its own, in place of the content's. */
  packed?: Uint8Array;
  flags?: number;
  method?: number;
  mode?: number;
  dosAttributes?: number;
  crc?: number;
  size?: number;
  compressedSize?: number;
  extra?: Uint8Array;
  comment?: Uint8Array;
  /** System and version that made it, as one number. */
  madeBy?: number;
  needed?: number;
  disk?: number;
  offset?: number;
  localName?: string | Uint8Array;
  localSize?: number;
  localCompressedSize?: number;
  localCrc?: number;
  localFlags?: number;
  localMethod?: number;
  localExtra?: Uint8Array;
  /** What stands behind the data: with its flag, and with checksum and sizes left out in front as streaming tools do. */
  descriptor?: 'signed' | 'bare' | 'wide';
  /** Bytes between this entry's data and the next one. */
  gap?: Uint8Array;
};

export type ZipEndOptions = {
  prefix?: Uint8Array;
  comment?: Uint8Array;
  behind?: Uint8Array;
  beforeEnd?: Uint8Array;
  count?: number;
  disk?: number;
  directoryStart?: number;
  directorySize?: number;
  /** With the records of ZIP64 in front of the end; each number can be another than the true one. */
  end64?: { count?: number; size?: number; start?: number; at?: number; version?: number; more?: Uint8Array };
};

const utf8Flag = 0x0800;
const descriptorFlag = 0x0008;
const none = new Uint8Array(0);

/** A ZIP in which every field can lie. */
export function makeZip(parts: readonly ZipPart[], options: ZipEndOptions = {}): Uint8Array {
  const chunks: Uint8Array[] = [options.prefix ?? none];
  const directory: Uint8Array[] = [];
  let offset = chunks[0]?.length ?? 0;
  for (const part of parts) {
    const { written, central } = makeEntry(part, offset);
    directory.push(...central);
    chunks.push(...written);
    offset += lengthOf(written);
  }
  const start = options.directoryStart ?? offset;
  const size = options.directorySize ?? lengthOf(directory);
  const count = options.count ?? parts.length;
  const at64 = offset + lengthOf(directory);
  const end64 = options.end64 ? makeEnd64({ start, size, count, at: at64, ...options.end64 }, options.end64) : none;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(options.disk ?? 0, 4);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(start, 16);
  end.writeUInt16LE(options.comment?.length ?? 0, 20);
  const tail = [end64, options.beforeEnd ?? none, end, options.comment ?? none, options.behind ?? none];
  return Buffer.concat([...chunks, ...directory, ...tail]);
}

function makeEntry(part: ZipPart, offset: number): { written: Uint8Array[]; central: Uint8Array[] } {
  const name = Buffer.from(part.name);
  const content = Buffer.from(part.content ?? '');
  const packed = part.packed ?? (part.stored ? content : deflateRawSync(content));
  const values = {
    needed: part.needed ?? 20,
    flags: part.flags ?? (part.descriptor ? utf8Flag | descriptorFlag : utf8Flag),
    method: part.method ?? (part.stored ? 0 : 8),
    crc: part.crc ?? crc32(content),
    compressedSize: part.compressedSize ?? packed.length,
    size: part.size ?? content.length,
  };
  const early = part.descriptor ? { crc: 0, compressedSize: 0, size: 0 } : values;
  const localName = Buffer.from(part.localName ?? part.name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  writeShared(local, 4, {
    needed: values.needed,
    flags: part.localFlags ?? values.flags,
    method: part.localMethod ?? values.method,
    crc: part.localCrc ?? early.crc,
    compressedSize: part.localCompressedSize ?? early.compressedSize,
    size: part.localSize ?? early.size,
  });
  local.writeUInt16LE(localName.length, 26);
  local.writeUInt16LE(part.localExtra?.length ?? 0, 28);
  const behind = part.descriptor ? makeDescriptor(part.descriptor, values) : none;

  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(part.madeBy ?? 0x031e, 4);
  writeShared(central, 6, values);
  central.writeUInt16LE(name.length, 28);
  central.writeUInt16LE(part.extra?.length ?? 0, 30);
  central.writeUInt16LE(part.comment?.length ?? 0, 32);
  central.writeUInt16LE(part.disk ?? 0, 34);
  central.writeUInt32LE((((part.mode ?? 0o100644) << 16) | (part.dosAttributes ?? 0)) >>> 0, 38);
  central.writeUInt32LE(part.offset ?? offset, 42);
  return {
    written: [local, localName, part.localExtra ?? none, packed, behind, part.gap ?? none],
    central: [central, name, part.extra ?? none, part.comment ?? none],
  };
}

type Numbers = { crc: number; compressedSize: number; size: number };

function makeDescriptor(kind: 'signed' | 'bare' | 'wide', { crc, compressedSize, size }: Numbers): Uint8Array {
  const sizes = kind === 'wide' ? number64(compressedSize, size) : number32(compressedSize, size);
  return Buffer.concat([kind === 'bare' ? none : number32(0x08074b50), number32(crc), sizes]);
}

function makeEnd64(
  says: { start: number; size: number; count: number; at: number },
  { version = 45, more = none }: { version?: number; more?: Uint8Array },
): Uint8Array {
  const record = [
    number32(0x06064b50),
    number64(44 + more.length),
    Buffer.from([version, 3, version, 0]),
    number32(0, 0),
    number64(says.count, says.count, says.size, says.start),
    more,
  ];
  return Buffer.concat([...record, number32(0x07064b50, 0), number64(says.at), number32(1)]);
}

function writeShared(
  header: Buffer,
  at: number,
  values: Numbers & { needed: number; flags: number; method: number },
): void {
  header.writeUInt16LE(values.needed, at);
  header.writeUInt16LE(values.flags, at + 2);
  header.writeUInt16LE(values.method, at + 4);
  header.writeUInt32LE(values.crc, at + 10);
  header.writeUInt32LE(values.compressedSize, at + 14);
  header.writeUInt32LE(values.size, at + 18);
}

/** One extra field: its id, its length, its bytes. */
export function extraField(id: number, ...content: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.concat(content);
  return Buffer.concat([number16(id, bytes.length), bytes]);
}

function number16(...values: readonly number[]): Uint8Array {
  return Buffer.from(Uint16Array.from(values).buffer);
}

export function number32(...values: readonly number[]): Uint8Array {
  return Buffer.from(Uint32Array.from(values).buffer);
}

export function number64(...values: readonly number[]): Uint8Array {
  return Buffer.from(BigUint64Array.from(values.map(BigInt)).buffer);
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, bytes) => sum + bytes.length, 0);
}
