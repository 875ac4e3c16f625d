import { concat, latin1, viewOf, type ByteSource, type Range } from '../byte-source.ts';
import { ContainerError, mostStoreBytes, tooLarge, type FoundStore } from '../found-store.ts';

const mostSegments = 5_000;
/** `JP`, number of the box (2), number of the part (4). */
const partHead = 8;
/** Each part repeats length and type of the box that it is a part of. */
const repeatedHead = 8;
/** Inside the first part: head of the superbox, head of its description, then the kind, `c2pa`. */
const kindAt = partHead + 8 + 8;

type Part = { box: number; number: number; bytes: Uint8Array; place: Range };

/** Several APP11 segments together carry one JUMBF box. */
export async function findInJpeg(source: ByteSource): Promise<FoundStore | null> {
  const { parts, picture } = await readParts(source);
  const firsts = parts.filter(
    (part) => part.number === 1 && latin1(part.bytes.subarray(kindAt, kindAt + 4)) === 'c2pa',
  );
  const [first] = firsts;
  if (first === undefined) return null;
  const own = parts.filter((part) => part.box === first.box && part.place.start >= first.place.start);
  const until = own.findIndex((part, index) => index > 0 && part.number === 1);
  const pieces = until === -1 ? own : own.slice(0, until);
  pieces.forEach((part, index) => {
    if (part.number !== index + 1) throw new ContainerError('Their parts are incomplete or not in order.');
  });
  const bytes = concat(
    pieces.map((part, index) => part.bytes.subarray(index === 0 ? partHead : partHead + repeatedHead)),
  );
  // The lengths of the segments lie outside of what is signed. A longer one would swallow what follows, the tables of the
  // picture for example: every decoder would show another picture, and the signature would still fit.
  if (bytes.length !== viewOf(bytes).getUint32(0))
    throw new ContainerError('Their segments and their box differ in length.');
  return {
    bytes,
    places: pieces.map(({ place }) => place),
    picture,
    more: firsts.length > 1,
  };
}

async function readParts(source: ByteSource): Promise<{ parts: Part[]; picture: Range | null }> {
  const parts: Part[] = [];
  let size = 0;
  let at = 2;
  for (let count = 0; count < mostSegments; count += 1) {
    const head = await source.read(at, 4);
    if (head.length < 4 || head[0] !== 0xff) break;
    const marker = head[1] ?? 0;
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    if (marker === 0xda) return { parts, picture: { start: at, length: source.size - at } };
    if (marker === 0xd9) break;
    if ((marker >= 0xd0 && marker <= 0xd7) || marker === 0x01) {
      at += 2;
      continue;
    }
    const length = viewOf(head).getUint16(2);
    if (length < 2) break;
    if (marker === 0xeb && length >= 2 + partHead + repeatedHead) {
      const bytes = await source.read(at + 4, length - 2);
      if (bytes[0] === 0x4a && bytes[1] === 0x50 && bytes.length === length - 2) {
        size += bytes.length;
        if (size > mostStoreBytes) throw tooLarge(size);
        const view = viewOf(bytes);
        // A copy: the window that it was read from is large, and another one is coming.
        const place = { start: at, length: 2 + length };
        parts.push({ box: view.getUint16(2), number: view.getUint32(4), bytes: bytes.slice(), place });
      }
    }
    at += 2 + length;
  }
  return { parts, picture: null };
}
