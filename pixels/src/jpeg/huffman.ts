import { PictureError } from '../decoding.ts';

/** A Huffman table of T.81 annex C, laid out for decoding. */
export type HuffmanTable = {
  /** By the next eight bits: length of the code × 256 + symbol; 0 where the code is longer or does not exist. */
  lookup: Uint16Array;
  /** By length: one above the last code. 0 where there is none. */
  endCode: Int32Array;
  /** By length: what has to be added to a code to find its symbol. */
  firstIndex: Int32Array;
  symbols: Uint8Array;
};

/** @param counts how many codes there are of each length, 1 to 16 */
export function buildHuffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const table = {
    lookup: new Uint16Array(256),
    endCode: new Int32Array(17),
    firstIndex: new Int32Array(17),
    symbols: symbols.slice(),
  };
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length += 1) {
    const count = counts[length - 1] ?? 0;
    if (code + count > 1 << length) throw new PictureError('A Huffman table defines more codes than there are.');
    table.firstIndex[length] = index - code;
    table.endCode[length] = code + count;
    for (let n = 0; n < count; n += 1) {
      if (length <= 8) {
        const first = code << (8 - length);
        table.lookup.fill((length << 8) | (symbols[index] ?? 0), first, first + (1 << (8 - length)));
      }
      code += 1;
      index += 1;
    }
    code <<= 1;
  }
  return table;
}
