import { fromLatin1, isUnwanted, latin1, type Removed, type Wanted } from './wanted.ts';

const deepest = 200;
type Range = { start: number; end: number };
type OpenElement = { name: string; removing: boolean };

/**
 * Takes the unwanted properties out of an XMP packet and fills it up with spaces to its old length, so that nothing
 * around it moves. A packet that is not plain, well-formed XML is refused: who cannot read it cannot clean it.
 * @returns null where the packet must go as a whole
 */
export function cleanXmp(packet: Uint8Array, wanted: Wanted, removed: Removed): Uint8Array | null {
  // Only UTF-8 and other one-byte encodings of names: UTF-16 has zeros between its letters.
  if (packet.subarray(0, 1_000).includes(0)) return null;
  const text = latin1(packet);
  const ranges = unwantedRanges(text, wanted, removed);
  if (ranges === null) return null;
  if (ranges.length === 0) return packet;
  let kept = '';
  let at = 0;
  for (const { start, end } of ranges) {
    kept += text.slice(at, start);
    at = end;
  }
  kept += text.slice(at);
  const packetEnd = kept.lastIndexOf('<?xpacket end');
  const before = packetEnd < 0 ? kept.length : packetEnd;
  return fromLatin1(kept.slice(0, before) + ' '.repeat(text.length - kept.length) + kept.slice(before));
}

/** Walks the tags once, from the left to the right. */
function unwantedRanges(text: string, wanted: Wanted, removed: Removed): Range[] | null {
  const ranges: Range[] = [];
  const open: OpenElement[] = [];
  let removingFrom = -1;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    const skipped = skipOther(text, at);
    if (skipped === null) return null;
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const end = tagEnd(text, at);
    if (end < 0) return null;
    if (text[at + 1] === '/') {
      const closed = open.pop();
      if (closed === undefined || closed.name !== text.slice(at + 2, end - 1).trim()) return null;
      if (closed.removing) {
        ranges.push({ start: removingFrom, end });
        removingFrom = -1;
      }
    } else {
      const name = /^[^\s/>]+/.exec(text.slice(at + 1, Math.min(end, at + 300)))?.[0] ?? '';
      const closesItself = text[end - 2] === '/';
      const why = removingFrom < 0 ? isUnwanted(localName(name), wanted) : null;
      if (why !== null) removed.add(`XMP ${why}`);
      if (closesItself) {
        if (why !== null) ranges.push({ start: at, end });
      } else {
        if (open.length >= deepest) return null;
        open.push({ name, removing: why !== null });
        if (why !== null) removingFrom = at;
      }
      if (why === null && removingFrom < 0 && !takeAttributes(text, { start: at, end }, ranges, wanted, removed))
        return null;
    }
    at = end;
  }
  return open.length === 0 ? ranges : null;
}

/** @returns where a comment, instruction or CDATA section ends; `at` for a tag; null for what has no business here */
function skipOther(text: string, at: number): number | null {
  const ends: readonly (readonly [begin: string, end: string])[] = [
    ['<!--', '-->'],
    ['<![CDATA[', ']]>'],
    ['<?', '?>'],
  ];
  const kind = ends.find(([begin]) => text.startsWith(begin, at));
  // A document type could define entities, and with them text that is not where it is read.
  if (kind === undefined) return text.startsWith('<!', at) ? null : at;
  const end = text.indexOf(kind[1], at + kind[0].length);
  return end < 0 ? null : end + kind[1].length;
}

/** Behind the `>` of a tag; quotes may hold one. */
function tagEnd(text: string, at: number): number {
  let quote = '';
  for (let index = at + 1; index < text.length; index += 1) {
    const letter = text[index] ?? '';
    if (quote !== '') {
      if (letter === quote) quote = '';
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '>') return index + 1;
    else if (letter === '<') return -1;
  }
  return -1;
}

/** @returns false where the tag is not well-formed */
function takeAttributes(text: string, tag: Range, ranges: Range[], wanted: Wanted, removed: Removed): boolean {
  const pattern = /\s+([^\s=/>"']+)\s*=\s*("[^"]*"|'[^']*')/y;
  pattern.lastIndex = tag.start + 1 + (/^[^\s/>]+/.exec(text.slice(tag.start + 1, tag.start + 300))?.[0].length ?? 0);
  for (;;) {
    const start = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) return /^\s*\/?>$/.test(text.slice(start, tag.end));
    const name = match[1] ?? '';
    if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
    const why = isUnwanted(localName(name), wanted);
    if (why === null) continue;
    removed.add(`XMP ${why}`);
    ranges.push({ start, end: pattern.lastIndex });
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
