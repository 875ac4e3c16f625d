import { hexOf, latin1, viewOf, type ByteSource } from '../byte-source.ts';
import { ContainerError, mostStoreBytes, tooLarge, type FoundStore } from '../found-store.ts';

const mostBoxes = 1_000;
const credentialsId = 'd8fec3d61b0e483c92975828877ec481';
/** Version and flags, then what the box is for, then where an auxiliary box lies. */
const purpose = 'manifest\0';
const contentAt = 16 + 4 + purpose.length + 8;

/** A `uuid` box at the top of the file. */
export async function findInIsoMedia(source: ByteSource): Promise<FoundStore | null> {
  let found: FoundStore | null = null;
  let at = 0;
  for (let count = 0; count < mostBoxes; count += 1) {
    const head = await source.read(at, 16);
    if (head.length < 8) break;
    const view = viewOf(head);
    const short = view.getUint32(0);
    const long = short === 1;
    if (long && head.length < 16) break;
    const headBytes = long ? 16 : 8;
    const size = long ? Number(view.getBigUint64(8)) : short === 0 ? source.size - at : short;
    if (size < headBytes) break;
    if (latin1(head.subarray(4, 8)) === 'uuid') {
      const start = at + headBytes;
      const intro = await source.read(start, contentAt);
      const ours = hexOf(intro.subarray(0, 16)) === credentialsId;
      if (ours && latin1(intro.subarray(20, 20 + purpose.length)) === purpose) {
        if (found !== null) return { ...found, more: true };
        const length = size - headBytes - contentAt;
        if (length > mostStoreBytes) throw tooLarge(length);
        const bytes = await source.read(start + contentAt, Math.max(0, length));
        if (bytes.length < length) throw new ContainerError('The file ends in the middle of them.');
        found = { bytes: bytes.slice(), places: [{ start: at, length: size }], picture: null, more: false };
      }
    }
    at += size;
  }
  return found;
}
