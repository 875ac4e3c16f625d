/** The files of a ZIP whose entries are stored without compression, as text. */
export function readArchive(bytes: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  for (let at = 0; at + 30 <= bytes.length && bytes.readUInt32LE(at) === 0x04034b50;) {
    const [size, name, extra] = [bytes.readUInt32LE(at + 22), bytes.readUInt16LE(at + 26), bytes.readUInt16LE(at + 28)];
    const start = at + 30 + name + extra;
    files.set(bytes.subarray(at + 30, at + 30 + name).toString(), bytes.subarray(start, start + size).toString());
    at = start + size;
  }
  return files;
}
