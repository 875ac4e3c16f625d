import { randomBytes } from 'node:crypto';

let lastTime = 0;
let counter = 0;

/**
 * A UUID (version 7) that sorts behind every one made before it in this process, also within one millisecond: lists are
 * in the order of time and id, and the embedded database's clock cannot tell the lines of one millisecond apart.
 */
export function timeOrderedId(): { id: string; at: Date } {
  // Never back: a clock that was set back must not bring what is new behind what is old.
  const time = Math.max(Date.now(), lastTime);
  counter = time === lastTime ? counter + 1 : 0;
  lastTime = time;
  const bytes = randomBytes(16);
  bytes.writeUIntBE(time, 0, 6);
  // 26 bits of counter, around the two bits of the variant.
  bytes.writeUInt16BE(0x7000 | ((counter >>> 14) & 0xfff), 6);
  bytes.writeUInt16BE(0x8000 | (counter & 0x3fff), 8);
  const hex = bytes.toString('hex');
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  return { id, at: new Date(time) };
}
