/** One field of an image file directory. Text becomes ASCII with its closing NUL; bytes are taken as they are. */
export type TiffField = {
  tag: number;
  type: 'ascii' | 'short' | 'long' | 'rational' | 'signed-rational' | 'byte' | 'undefined';
  value: string | number | readonly number[] | Uint8Array;
};

/** Directories in order; a field whose value is `directory` of another one is written as `{ tag, points: index }`. */
export type TiffDirectory = {
  fields: readonly TiffField[];
  points?: readonly { tag: number; directory: TiffDirectory }[];
};

const typeCodes = { byte: 1, ascii: 2, short: 3, long: 4, rational: 5, undefined: 7, 'signed-rational': 10 } as const;
const unitBytes = { byte: 1, ascii: 1, short: 2, long: 4, rational: 8, undefined: 1, 'signed-rational': 8 } as const;

/** A little-endian TIFF structure: what EXIF is, and the head of a TIFF file. */
export function writeTiff(root: TiffDirectory): Uint8Array {
  const head = Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
  return Buffer.concat([head, directoryBytes(root, head.length)]);
}

/** A directory that begins at an offset, with its values and the directories it points to behind it. */
function directoryBytes({ fields, points = [] }: TiffDirectory, offset: number): Uint8Array {
  const entries = [
    ...fields.map((field) => ({ tag: field.tag, field, directory: null })),
    ...points.map(({ tag, directory }) => ({ tag, field: null, directory })),
  ].sort((a, b) => a.tag - b.tag);
  const table = Buffer.alloc(2 + entries.length * 12 + 4);
  table.writeUInt16LE(entries.length, 0);
  const behind: Uint8Array[] = [];
  let next = offset + table.length;

  entries.forEach(({ tag, field, directory }, index) => {
    const at = 2 + index * 12;
    table.writeUInt16LE(tag, at);
    const value = field === null ? null : valueBytes(field);
    const type = field?.type ?? 'long';
    table.writeUInt16LE(typeCodes[type], at + 2);
    table.writeUInt32LE(value === null ? 1 : value.length / unitBytes[type], at + 4);
    if (value !== null && value.length <= 4) return void table.set(value, at + 8);
    table.writeUInt32LE(next, at + 8);
    const bytes = directory === null ? (value ?? new Uint8Array(0)) : directoryBytes(directory, next);
    behind.push(bytes);
    next += bytes.length;
    if (bytes.length % 2 === 1) {
      behind.push(new Uint8Array(1));
      next += 1;
    }
  });
  return Buffer.concat([table, ...behind]);
}

function valueBytes({ type, value }: TiffField): Uint8Array {
  if (typeof value === 'string') return Buffer.from(type === 'ascii' ? `${value}\0` : value, 'utf8');
  if (value instanceof Uint8Array) return value;
  const numbers = typeof value === 'number' ? [value] : value;
  const bytes = Buffer.alloc(numbers.length * unitBytes[type]);
  numbers.forEach((number, index) => {
    if (type === 'short') bytes.writeUInt16LE(number, index * 2);
    else if (type === 'long') bytes.writeUInt32LE(number, index * 4);
    else if (type === 'byte' || type === 'undefined') bytes.writeUInt8(number, index);
    else writeFraction(bytes, index * 8, number, type === 'signed-rational');
  });
  return bytes;
}

/** 1/500 stays 1/500; everything else becomes a fraction of ten millions that fits. */
function writeFraction(bytes: Buffer, at: number, value: number, signed: boolean): void {
  const inverse = 1 / value;
  const exact = value !== 0 && Math.abs(value) < 1 && Math.abs(inverse - Math.round(inverse)) < 1e-9;
  const scale = Math.abs(value) < 200 ? 10_000_000 : 10_000;
  const [above, below] = exact ? [Math.sign(value), Math.abs(Math.round(inverse))] : [Math.round(value * scale), scale];
  if (signed) bytes.writeInt32LE(above, at);
  else bytes.writeUInt32LE(above, at);
  bytes.writeUInt32LE(below, at + 4);
}
