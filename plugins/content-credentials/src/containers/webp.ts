import { latin1, viewOf, type ByteSource, type Range } from '../byte-source.ts';
import { ContainerError, mostStoreBytes, tooLarge, type FoundStore } from '../found-store.ts';

const mostChunks = 5_000;

/** The chunk `C2PA`, behind the picture. */
export async function findInWebp(source: ByteSource): Promise<FoundStore | null> {
  let found: FoundStore | null = null;
  let picture: Range | null = null;
  let at = 12;
  for (let count = 0; count < mostChunks; count += 1) {
    const head = await source.read(at, 8);
    if (head.length < 8) break;
    const type = latin1(head.subarray(0, 4));
    const length = viewOf(head).getUint32(4, true);
    const whole = 8 + length + (length % 2);
    if (/^(VP8[ L]|ANMF)$/.test(type)) picture ??= { start: at, length: whole };
    if (type === 'C2PA') {
      if (found !== null) return { ...found, picture, more: true };
      if (length > mostStoreBytes) throw tooLarge(length);
      const bytes = await source.read(at + 8, length);
      if (bytes.length < length) throw new ContainerError('The file ends in the middle of them.');
      found = { bytes: bytes.slice(), places: [{ start: at, length: whole }], picture: null, more: false };
    }
    at += whole;
  }
  return found === null ? null : { ...found, picture };
}
