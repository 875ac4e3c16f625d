import type { Random } from './random.ts';

/** Numbers at which programs stumble: none, one, and around every width. */
const edges = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

type Change = (bytes: Buffer, random: Random) => Buffer;

const changes: readonly Change[] = [
  function flipBit(bytes, random) {
    const at = random.below(bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.below(8)), at);
    return bytes;
  },
  function setByte(bytes, random) {
    bytes.writeUInt8(random.below(256), random.below(bytes.length));
    return bytes;
  },
  function setNumber(bytes, random) {
    const width = random.pick([2, 4]);
    if (bytes.length < width) return bytes;
    const value = random.pick(edges) % 2 ** (8 * width);
    bytes.writeUIntLE(value, random.below(bytes.length - width + 1), width);
    return bytes;
  },
  function add(bytes, random) {
    const at = random.below(bytes.length);
    bytes.writeUInt8((bytes.readUInt8(at) + random.pick([-2, -1, 1, 2]) + 256) % 256, at);
    return bytes;
  },
  function cutOff(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length));
  },
  function remove(bytes, random) {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(16))]);
  },
  function repeat(bytes, random) {
    const at = random.below(bytes.length);
    const piece = bytes.subarray(at, at + 1 + random.below(64));
    return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
  },
  function insert(bytes, random) {
    const at = random.below(bytes.length);
    const piece = Buffer.from(Array.from({ length: 1 + random.below(8) }, () => random.below(256)));
    return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
  },
  function move(bytes, random) {
    const [from, to] = [random.below(bytes.length), random.below(bytes.length)];
    const piece = Buffer.from(bytes.subarray(from, from + 1 + random.below(32)));
    piece.copy(bytes, to);
    return bytes;
  },
];

/** Up to `most` changes to a copy of the bytes. */
export function mutate(original: Uint8Array, random: Random, most = 6): Buffer {
  let bytes = Buffer.from(original);
  for (let count = 1 + random.below(most); count > 0 && bytes.length > 0; count -= 1) {
    bytes = Buffer.from(random.pick(changes)(bytes, random));
  }
  return bytes;
}

/** The beginning of one and the end of another. */
export function splice(one: Uint8Array, other: Uint8Array, random: Random): Buffer {
  return Buffer.concat([one.subarray(0, random.below(one.length + 1)), other.subarray(random.below(other.length + 1))]);
}
