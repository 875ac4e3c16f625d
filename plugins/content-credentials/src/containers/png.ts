import { latin1, viewOf, type ByteSource, type Range } from '../byte-source.ts';
import { ContainerError, mostStoreBytes, tooLarge, type FoundStore } from '../found-store.ts';

const mostChunks = 20_000;
/** Length and type before, checksum behind. */
const framing = 12;

/** The chunk `caBX`. */
export async function findInPng(source: ByteSource): Promise<FoundStore | null> {
  let found: FoundStore | null = null;
  let picture: Range | null = null;
  let at = 8;
  for (let count = 0; count < mostChunks; count += 1) {
    const head = await source.read(at, 8);
    if (head.length < 8) break;
    const length = viewOf(head).getUint32(0);
    const type = latin1(head.subarray(4));
    if (type === 'IDAT') picture ??= { start: at, length: source.size - at };
    if (type === 'caBX') {
      if (found !== null) return { ...found, picture, more: true };
      if (length > mostStoreBytes) throw tooLarge(length);
      const bytes = await source.read(at + 8, length);
      if (bytes.length < length) throw new ContainerError('The file ends in the middle of them.');
      found = { bytes: bytes.slice(), places: [{ start: at, length: length + framing }], picture: null, more: false };
    }
    at += length + framing;
  }
  return found === null ? null : { ...found, picture };
}
