import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** More than this is not unpacked: whoever packed it could name a size that fills the memory. */
const most = 64 * 1024 * 1024;
const localHeader = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
const streamBegins = /stream\r?\n/g;

/** The texts in a file: as it lies there, and what is packed in it as ZIP, PDF and gzip do. */
export function* textsIn(bytes: Uint8Array): Generator<string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  yield buffer.toString('utf8');
  if (buffer[0] === 0x1f && buffer[1] === 0x8b) yield* unpacked(() => gunzipSync(buffer, { maxOutputLength: most }));
  for (let at = buffer.indexOf(localHeader); at >= 0; at = buffer.indexOf(localHeader, at + 4)) {
    if (at + 30 > buffer.length || buffer.readUInt16LE(at + 8) !== 8) continue;
    const start = at + 30 + buffer.readUInt16LE(at + 26) + buffer.readUInt16LE(at + 28);
    yield* unpacked(() => inflateRawSync(buffer.subarray(start), { maxOutputLength: most }));
  }
  if (buffer.subarray(0, 5).toString('latin1') !== '%PDF-') return;
  const text = buffer.toString('latin1');
  for (const { index, 0: found } of text.matchAll(streamBegins))
    yield* unpacked(() => inflateSync(buffer.subarray(index + found.length), { maxOutputLength: most }));
}

function* unpacked(unpack: () => Buffer): Generator<string> {
  try {
    yield unpack().toString('utf8');
  } catch {
    // Not packed after all, or too large: what lies there was searched as it is.
  }
}

/** The texts of a mail: as it is sent, and its parts as people read them. */
export function* textsInMail(bytes: Uint8Array): Generator<string> {
  const text = Buffer.from(bytes).toString('utf8');
  yield text;
  const joined = text.replaceAll(/=\r?\n/g, '');
  yield Buffer.from(
    joined.replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
  for (const [block] of text.matchAll(/(?:^[A-Za-z0-9+/]{20,}={0,2}\r?$\n?)+/gm))
    yield Buffer.from(block, 'base64').toString('utf8');
  for (const [, word = ''] of text.matchAll(/=\?utf-8\?b\?([^?]+)\?=/gi))
    yield Buffer.from(word, 'base64').toString('utf8');
}
