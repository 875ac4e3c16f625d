import { hexOf, latin1, viewOf } from './byte-source.ts';

/** A superbox of JUMBF: a description, then content, some of it superboxes again. */
export type Superbox = {
  label: string;
  /** The kind that the description names, hex. */
  kind: string;
  boxes: { type: string; bytes: Uint8Array }[];
  children: Superbox[];
  /** Everything behind the head of the superbox: what hashes of it cover. */
  content: Uint8Array;
};

/** The structure contradicts itself, or is deeper or larger than any that a program writes. */
export class JumbfError extends Error {}

const deepest = 8;
const mostBoxes = 4_000;
const longestLabel = 1_000;
const labelToggle = 0x02;

/** Reads one superbox, which must be all there is. @throws JumbfError */
export function readJumbf(bytes: Uint8Array): Superbox {
  const [first] = walk(bytes, 1, { boxes: 0 });
  if (first === undefined || first.type !== 'jumb') throw new JumbfError('They do not begin with a superbox.');
  return superboxOf(first.bytes, 1, { boxes: 0 });
}

type Counted = { boxes: number };

function superboxOf(content: Uint8Array, depth: number, counted: Counted): Superbox {
  if (depth > deepest) throw new JumbfError(`Their boxes stand more than ${deepest} deep.`);
  const [description, ...rest] = walk(content, Infinity, counted);
  if (description?.type !== 'jumd') throw new JumbfError('A superbox has no description.');
  const { kind, label } = readDescription(description.bytes);
  return {
    kind,
    label,
    content,
    boxes: rest.filter(({ type }) => type !== 'jumb'),
    children: rest.filter(({ type }) => type === 'jumb').map(({ bytes }) => superboxOf(bytes, depth + 1, counted)),
  };
}

/** The boxes that follow each other. At most so many. */
function walk(bytes: Uint8Array, most: number, counted: Counted): { type: string; bytes: Uint8Array }[] {
  const view = viewOf(bytes);
  const found: { type: string; bytes: Uint8Array }[] = [];
  for (let at = 0; at < bytes.length;) {
    if (found.length === most) break;
    counted.boxes += 1;
    if (counted.boxes > mostBoxes) throw new JumbfError(`They have more than ${mostBoxes} boxes.`);
    if (at + 8 > bytes.length) throw new JumbfError('A box is cut off.');
    const short = view.getUint32(at);
    const long = short === 1;
    if (long && at + 16 > bytes.length) throw new JumbfError('A box is cut off.');
    const head = long ? 16 : 8;
    const size = long ? Number(view.getBigUint64(at + 8)) : short === 0 ? bytes.length - at : short;
    if (size < head || at + size > bytes.length)
      throw new JumbfError('A box says that it is larger than what it is in.');
    found.push({ type: latin1(bytes.subarray(at + 4, at + 8)), bytes: bytes.subarray(at + head, at + size) });
    at += size;
  }
  return found;
}

function readDescription(bytes: Uint8Array): { kind: string; label: string } {
  const flags = bytes[16] ?? 0;
  if (bytes.length < 17 || (flags & labelToggle) === 0) throw new JumbfError('A superbox has no label.');
  const end = bytes.subarray(0, 17 + longestLabel).indexOf(0, 17);
  if (end === -1) throw new JumbfError('A label has no end.');
  return { kind: hexOf(bytes.subarray(0, 16)), label: new TextDecoder().decode(bytes.subarray(17, end)) };
}
