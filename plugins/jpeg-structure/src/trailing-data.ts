import type { ByteSource } from '@proofpix/pixels/byte-source';
import type { Finding } from './finding.ts';

type Kind = { name: string; severity: Finding['severity']; reason: string };

const archive = 'Whoever opens the file as a photo does not see it. Archives do not get there by themselves.';
const program = 'Whoever opens the file as a photo does not see it. A program has no business in a photo.';
const unknown = 'Some cameras and apps keep data of their own there; so do people who hide something in a photo.';

/** What the bytes begin with; the first that fits counts. */
const signatures: readonly (readonly [begin: string, Kind])[] = [
  ['PK\x03\x04', { name: 'ZIP archive', severity: 'strong', reason: archive }],
  ['PK\x05\x06', { name: 'ZIP archive', severity: 'strong', reason: archive }],
  ['Rar!', { name: 'RAR archive', severity: 'strong', reason: archive }],
  ['7z\xbc\xaf', { name: '7z archive', severity: 'strong', reason: archive }],
  ['\x1f\x8b', { name: 'gzip archive', severity: 'strong', reason: archive }],
  ['%PDF', { name: 'PDF document', severity: 'strong', reason: archive }],
  ['MZ', { name: 'Windows program', severity: 'strong', reason: program }],
  ['\x7fELF', { name: 'Linux program', severity: 'strong', reason: program }],
  ['#!', { name: 'script', severity: 'strong', reason: program }],
  ['<?php', { name: 'script', severity: 'strong', reason: program }],
  ['<script', { name: 'script', severity: 'strong', reason: program }],
  ['<html', { name: 'web page', severity: 'strong', reason: program }],
  ['\x89PNG', { name: 'PNG picture', severity: 'possible', reason: unknown }],
  ['GIF8', { name: 'GIF picture', severity: 'possible', reason: unknown }],
];
const jpeg = { name: 'JPEG picture', severity: 'possible', reason: unknown } as const;
const announced = {
  name: 'further pictures',
  severity: 'note',
  reason: 'The photo announces them itself: cameras and phones keep a preview, a depth map or a second exposure there.',
} as const;
const video = {
  name: 'short video',
  severity: 'note',
  reason: 'Phones keep the moving part of a motion photo there. It may show more than the picture: look at it as well.',
} as const;
const phone = {
  name: "data of the phone's maker",
  severity: 'note',
  reason: 'Samsung phones keep a motion photo, the time zone and settings there.',
} as const;
const padding = {
  name: 'padding',
  severity: 'note',
  reason: 'Some cameras fill the file up to a round size.',
} as const;
const other = { name: 'data of an unknown kind', severity: 'possible', reason: unknown } as const;
const text = { name: 'text', severity: 'possible', reason: unknown } as const;

const lookedAt = 64 * 1024;

/**
 * What stands behind the end marker of a JPEG.
 * @param announces whether the photo has an index of several pictures
 */
export async function trailingData(source: ByteSource, end: number, announces: boolean): Promise<Finding | null> {
  const bytes = source.size - end;
  if (bytes <= 0) return null;
  const head = await source.read(end, lookedAt);
  const tail = await source.read(Math.max(end, source.size - 16), 16);
  const kind = kindOf(head, tail, announces, bytes);
  return {
    severity: kind.severity,
    confidence: kind === other ? 0.6 : 0.95,
    question: 'edited',
    title: 'Data follows the end of the picture',
    explanation: `Behind the end marker stand ${bytes.toLocaleString('en')} bytes: ${kind.name}. ${kind.reason}`,
    evidence: { Kind: kind.name, Offset: end, Bytes: bytes },
  };
}

function kindOf(head: Uint8Array, tail: Uint8Array, announces: boolean, bytes: number): Kind {
  let start = 0;
  while (start < head.length && (head[start] === 0 || head[start] === 0xff) && head[start + 1] !== 0xd8) start += 1;
  if (start === head.length) return bytes <= lookedAt ? padding : other;
  const from = textOf(head.subarray(start));
  const all = textOf(head);
  if (from.startsWith('\xff\xd8\xff')) return announces ? announced : jpeg;
  // Samsung's trailer ends with SEFT and a directory that it names SEFH.
  if (textOf(tail).endsWith('SEFT') || (all.startsWith('\0\0') && /^[^]{8}(MotionPhoto|Image_UTC)/.test(all)))
    return phone;
  if (/^[^]{0,24}ftyp(mp4|isom|qt|avc|M4V)/.test(all) || all.includes('MotionPhoto_Data')) return video;
  const known = signatures.find(([begin]) => from.toLowerCase().startsWith(begin.toLowerCase()));
  if (known !== undefined) return known[1];
  if (all.includes('PK\x03\x04')) return { name: 'data with a ZIP archive', severity: 'strong', reason: archive };
  return /^[\t\n\r -~]{16,}/.test(from) ? text : other;
}

function textOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
