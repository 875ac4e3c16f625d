import type { ArchiveRule } from '@proofpix/contract/archive-rules';
import { plainFile, type ArchiveCase } from './case.ts';
import { makeTarGz, paxRecord } from './make-tar.ts';
import { makeZip } from './make-zip.ts';

const long = 'n'.repeat(120);

const names: readonly (readonly [label: string, name: string, rule: ArchiveRule, why: string])[] = [
  ['parent', '../evil.js', 'path_traversal', 'writes beside the folder it is unpacked into'],
  ['parent-inside', 'lib/../../evil.js', 'path_traversal', 'goes in to come out'],
  ['parent-that-stays', 'lib/../index2.js', 'path_traversal', 'stays inside, but only for who resolves it'],
  ['parent-at-end', 'lib/..', 'path_traversal', 'ends in the parent'],
  ['parent-encoded', '%2e%2E/evil.js', 'path_traversal', 'leads out once it is decoded for an address'],
  ['slash-encoded', 'lib%2f..%2fevil.js', 'path_traversal', 'has its slashes percent-encoded'],
  ['backslash-encoded', '..%5Cevil.js', 'path_traversal', 'has its backslash percent-encoded'],
  ['parent-full-width', '\uff0e\uff0e/evil.js', 'path_traversal', 'full-width dots become dots by normalisation'],
  ['parent-two-dot-leader', '\u2025/evil.js', 'path_traversal', 'the two dot leader becomes two dots'],
  ['slash-full-width', '..\uff0fevil.js', 'path_traversal', 'the full-width slash becomes a slash'],
  ['backslash-small', '..\ufe68evil.js', 'path_traversal', 'the small reverse solidus becomes a backslash'],
  ['absolute', '/etc/cron.d/evil', 'path_absolute', 'begins at the root'],
  ['absolute-behind-dot', './/etc/passwd', 'path_absolute', 'is absolute once "./" is taken off'],
  ['drive', 'C:/Windows/evil.dll', 'path_absolute', 'names a drive'],
  ['drive-relative', 'c:evil.dll', 'path_absolute', 'names the current folder of a drive'],
  ['share', '//host/share/evil.js', 'path_absolute', 'names a share of another computer'],
  ['home', '~/.ssh/authorized_keys', 'path_absolute', 'a shell puts the home folder there'],
  ['backslash', 'lib\\evil.js', 'path_backslash', 'is one name here and a path on Windows'],
  ['backslash-parent', '..\\evil.js', 'path_backslash', 'leads out on Windows alone'],
  ['nul', 'evil.js\0.png', 'path_nul', 'ends at the NUL for some programs'],
  ['line-feed', 'a\nb.js', 'path_hidden_characters', 'writes a line of its own into lists and logs'],
  ['escape', 'a\u001b[2Kb.js', 'path_hidden_characters', 'moves the cursor of a terminal'],
  ['delete', 'a\u007f.js', 'path_hidden_characters', 'holds a control character above ASCII 31'],
  ['right-to-left', 'gpj\u202e.exe', 'path_hidden_characters', 'is read backwards'],
  ['isolate', 'a\u2066b\u2069.js', 'path_hidden_characters', 'turns a part of its name around'],
  ['zero-width', 'mani\u200bfest.json', 'path_hidden_characters', 'looks like another name'],
  ['byte-order-mark', '\ufeffmanifest.json', 'path_hidden_characters', 'begins with what readers drop'],
  ['hangul-filler', 'manifest\u3164.json', 'path_hidden_characters', 'holds a letter that draws nothing'],
  ['grapheme-joiner', 'mani\u034ffest.json', 'path_hidden_characters', 'holds a mark that draws nothing'],
  ['private-use', 'a\ue000.js', 'path_hidden_characters', 'means something else with every font'],
  ['noncharacter', 'a\u{1fffe}.js', 'path_hidden_characters', 'holds what is no character'],
  ['line-separator', 'a\u2028b.js', 'path_hidden_characters', 'ends a line where JavaScript ends one'],
  ['stream', 'index.js:hidden', 'path_windows', 'writes an alternate stream on NTFS'],
  ['stream-of-folder', 'lib::$INDEX_ALLOCATION/a.js', 'path_windows', 'names a folder by its stream'],
  ['wildcard', 'a*.js', 'path_windows', 'stands for other files in commands'],
  ['quote', 'a".js', 'path_windows', 'ends an argument'],
  ['pipe', 'a|b.js', 'path_windows', 'cannot be a name on Windows'],
  ['dot-at-end', 'index.js.', 'path_windows', 'is index.js on Windows'],
  ['space-at-end', 'index.js ', 'path_windows', 'is index.js on Windows'],
  ['space-at-end-of-folder', 'lib /a.js', 'path_windows', 'is the folder lib on Windows'],
  ['three-dots', '.../a.js', 'path_windows', 'was the parent of the parent once, and nothing now'],
  ['space-in-front', ' index.js', 'path_windows', 'looks like index.js in a list'],
  ['device', 'nul', 'path_device', 'opens a device'],
  ['device-with-ending', 'lib/AUX.js', 'path_device', 'opens a device whatever its ending'],
  ['device-folder', 'con/a.js', 'path_device', 'is a device in a folder’s place'],
  ['device-with-space', 'com1 .txt', 'path_device', 'the space does not count'],
  ['device-superscript', 'lpt\u00b2.txt', 'path_device', 'superscript digits count as digits'],
  ['device-dollar', 'CONIN$', 'path_device', 'is the keyboard'],
  ['device-full-width', '\uff23\uff2f\uff2e.txt', 'path_device', 'full-width letters become a device by normalisation'],
  ['empty-segment', 'lib//a.js', 'path_segment', 'two paths are one for most systems'],
  ['dot-segment', 'lib/./a.js', 'path_segment', 'two paths are one for most systems'],
  ['twice-here', '././a.js', 'path_segment', 'one "./" is a habit of tar, a second one is not'],
  ['deep', `${'d/'.repeat(32)}a.js`, 'path_too_deep', 'lies deeper than systems and our own walks like'],
  ['long', `${'long/'.repeat(30)}${'a'.repeat(91)}`, 'path_too_long', 'is 241 bytes long'],
  ['long-in-bytes', `${'\u00fc'.repeat(120)}a`, 'path_too_long', 'is 121 characters and 241 bytes long'],
];

const pairs: readonly (readonly [label: string, one: string, other: string, rule: ArchiveRule])[] = [
  ['twice', 'index.js', 'index.js', 'entry_duplicate'],
  ['twice-by-dot', 'index.js', './index.js', 'entry_duplicate'],
  ['case', 'index.js', 'Index.js', 'path_collision'],
  ['case-of-folder', 'lib/a.js', 'LIB/b.js', 'path_collision'],
  ['composed', 'caf\u00e9.js', 'cafe\u0301.js', 'path_collision'],
  ['sharp-s', 'stra\u00dfe.js', 'STRASSE.js', 'path_collision'],
  ['dotless-i', 'index.js', '\u0131ndex.js', 'path_collision'],
  ['long-s', 'disk.js', 'di\u017fk.js', 'path_collision'],
  ['kelvin', 'k.js', '\u212a.js', 'path_collision'],
  ['ligature', 'file.js', '\ufb01le.js', 'path_collision'],
  ['final-sigma', '\u03c3.js', '\u03c2.js', 'path_collision'],
  ['full-width', 'a.js', '\uff41.js', 'path_collision'],
  ['emoji-selector', '\u2764.js', '\u2764\ufe0f.js', 'path_collision'],
  ['no-break-space', 'a b.js', 'a\u00a0b.js', 'path_collision'],
  ['look-alike', 'index.js', 'ind\u0435x.js', 'path_collision'],
  ['look-alike-of-folder', 'lib/KEY.js', 'lib/\u041aEY.js', 'path_collision'],
  ['file-then-folder', 'lib', 'lib/a.js', 'file_and_folder'],
  ['folder-then-file', 'lib/a.js', 'lib', 'file_and_folder'],
];

function pathCase(format: 'zip' | 'tar', [label, name, rule, why]: (typeof names)[number]): ArchiveCase {
  const expected = { expected: 'reject', rule } as const;
  if (format === 'zip')
    return { file: `path-${label}.zip`, why, ...expected, bytes: () => makeZip([{ name, content: 'x' }, plainFile]) };
  return { file: `path-${label}.tar.gz`, why, ...expected, bytes: () => tarWith(name) };
}

/** A name of over 100 bytes goes into an extended header, as it would in an honest archive. */
function tarWith(name: string): Uint8Array {
  const bytes = Buffer.from(name);
  const entry = { name: bytes.subarray(0, 100), content: 'x' };
  if (bytes.length <= 100) return makeTarGz([entry, plainFile]);
  return makeTarGz([{ name: 'x', type: 'x', content: paxRecord('path', name) }, entry, plainFile]);
}

export const pathCases: readonly ArchiveCase[] = [
  ...names.map((row) => pathCase('zip', row)),
  ...names.map((row) => pathCase('tar', row)),
  ...pairs.map(([label, one, other, rule]): ArchiveCase => ({
    file: `pair-${label}.zip`,
    why: `${JSON.stringify(one)} and ${JSON.stringify(other)} are one file somewhere, or look it`,
    expected: 'reject',
    rule,
    bytes: () => makeZip([one, other].map((name) => ({ name, content: name }))),
  })),
  ...pairs.map(([label, one, other, rule]): ArchiveCase => ({
    file: `pair-${label}.tar.gz`,
    why: `${JSON.stringify(one)} and ${JSON.stringify(other)} are one file somewhere, or look it`,
    expected: 'reject',
    rule,
    bytes: () => makeTarGz([one, other].map((name) => ({ name, content: name }))),
  })),
  {
    file: 'path-empty.zip',
    why: 'has no name',
    expected: 'reject',
    rule: 'path_empty',
    bytes: () => makeZip([{ name: '', content: 'x' }, plainFile]),
  },
  {
    file: 'path-root-folder.zip',
    why: 'is the root as a folder',
    expected: 'reject',
    rule: 'path_empty',
    bytes: () => makeZip([{ name: '/', stored: true, mode: 0o040755 }, plainFile]),
  },
  {
    file: 'path-not-utf-8.zip',
    why: 'says it is UTF-8 and is not',
    expected: 'reject',
    rule: 'path_encoding',
    bytes: () => makeZip([{ name: Buffer.from([0x61, 0xff, 0x2e]), content: 'x' }, plainFile]),
  },
  {
    file: 'path-overlong-slash.zip',
    why: 'writes a slash in two bytes, which careless decoders take',
    expected: 'reject',
    rule: 'path_encoding',
    bytes: () => makeZip([{ name: Buffer.from([0x2e, 0x2e, 0xc0, 0xaf, 0x61]), content: 'x' }, plainFile]),
  },
  {
    file: 'path-surrogate.zip',
    why: 'writes half of a character',
    expected: 'reject',
    rule: 'path_encoding',
    bytes: () => makeZip([{ name: Buffer.from([0x61, 0xed, 0xa0, 0x80]), content: 'x' }, plainFile]),
  },
  {
    file: 'path-code-page.zip',
    why: 'is in a code page that nothing names',
    expected: 'reject',
    rule: 'path_encoding',
    bytes: () => makeZip([{ name: Buffer.from('m\x81ll.js', 'latin1'), content: 'x', flags: 0 }, plainFile]),
  },
  {
    file: 'path-not-utf-8.tar.gz',
    why: 'is no UTF-8',
    expected: 'reject',
    rule: 'path_encoding',
    bytes: () => makeTarGz([{ name: Buffer.from([0x61, 0xff]), content: 'x' }, plainFile]),
  },
  {
    file: 'path-cut-within-character.tar.gz',
    why: 'ends within a character and no header says how it goes on',
    expected: 'reject',
    rule: 'path_encoding',
    bytes: () => makeTarGz([{ name: Buffer.from(`${long.slice(0, 99)}\u00fc`), content: 'x' }, plainFile]),
  },
];
