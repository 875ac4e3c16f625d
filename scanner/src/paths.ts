import type { ArchiveRule } from '@proofpix/contract/archive-rules';
import { limits } from '@proofpix/contract/limits';
import { refuseEntry } from './refuse.ts';

/** `says` is the end of a sentence that begins with the path. */
export type PathFault = { rule: ArchiveRule; says: string };

const deepest = 32;
/** Windows opens a device for these names, whatever follows the first dot. */
const deviceName = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])( *\.| *$)/i;
/**
 * Control, format (bidirectional, zero-width), unassigned and private characters, fillers that draw nothing: a name must
 * be what it looks like. The two selectors that emoji are written with pass; they do not count for collisions.
 */
const hiddenCharacter =
  /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]|(?![\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}/u;
/** What leads elsewhere once somebody decodes it for an address. */
const encodedPath = /%(2f|5c|00)/i;
const encodedParent = /^(\.|%2e){2}$/i;

/**
 * What is wrong with a relative path, or null. A path that passes means one and the same file inside one folder on Linux,
 * macOS and Windows.
 */
export function pathFault(path: string): PathFault | null {
  if (path === '') return fault('path_empty', 'is an empty name');
  if (Buffer.byteLength(path) > limits.packagePathBytes)
    return fault('path_too_long', `is a path longer than ${limits.packagePathBytes} bytes`);
  if (path.includes('\0')) return fault('path_nul', 'contains a NUL character');
  if (hiddenCharacter.test(path)) return fault('path_hidden_characters', 'contains control or invisible characters');
  if (path.includes('\\')) return fault('path_backslash', 'contains a backslash');
  if (path.startsWith('/')) return fault('path_absolute', 'is an absolute path');
  if (/^[a-z]:/i.test(path)) return fault('path_absolute', 'begins with a drive letter');
  if (/^~(\/|$)/.test(path)) return fault('path_absolute', 'begins in the home folder of a shell');
  if (path.includes(':')) return fault('path_windows', 'contains a colon, which names an alternate stream on Windows');
  if (/[<>"|?*]/.test(path)) return fault('path_windows', 'contains a character that Windows does not allow in names');
  if (encodedPath.test(path)) return fault('path_traversal', 'contains an encoded slash, backslash or NUL');
  const segments = path.split('/');
  if (segments.length > deepest) return fault('path_too_deep', `lies deeper than ${deepest} folders`);
  return segments.reduce<PathFault | null>((found, segment) => found ?? segmentFault(segment), null);
}

function segmentFault(segment: string): PathFault | null {
  if (encodedParent.test(segment)) return fault('path_traversal', 'leads out of the package');
  if (segment === '' || segment === '.') return fault('path_segment', 'has an empty or "." segment');
  if (/[. ]$/.test(segment))
    return fault('path_windows', 'has a segment that ends in a dot or space, which Windows drops');
  if (segment.startsWith(' ')) return fault('path_windows', 'has a segment that begins with a space');
  // Full-width dots and slashes are their ASCII forms to whoever normalises a name before using it.
  const plain = segment.normalize('NFKC');
  if (/[/\\\0]/.test(plain) || /^\.{1,2}$/.test(plain))
    return fault('path_traversal', 'leads out of the package once Unicode forms are made one');
  if (deviceName.test(segment) || deviceName.test(plain)) return fault('path_device', 'uses a device name of Windows');
  return null;
}

function fault(rule: ArchiveRule, says: string): PathFault {
  return { rule, says };
}

/** The bytes of a name as text; a name that is not valid UTF-8 reads differently in every program. */
export function decodeName(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuseEntry('path_encoding', Buffer.from(bytes).toString('latin1'), 'is not valid UTF-8');
  }
}

/** Archives made of a folder itself begin every path with "./"; the folder is then an entry of its own, null here. */
export function entryPath(name: string, folder: boolean): string | null {
  if (folder && (name === '.' || name === './')) return null;
  return name.replace(/^\.\//, '').replace(folder ? /\/$/ : /$^/, '');
}

/**
 * Takes the paths of an archive one by one. Two that mean the same file on some system, or look the same to whoever reads
 * the package, are refused: exact duplicates, other case, other Unicode form, letters of another script, and a file where
 * another path needs a folder.
 */
export function createPathRegister(): (path: string, kind: 'file' | 'folder') => void {
  const seen = new Map<string, { path: string; kind: 'file' | 'folder'; explicit: boolean }>();
  const looks = new Map<string, string>();

  function take(path: string, kind: 'file' | 'folder', explicit: boolean): void {
    const key = collisionKey(path);
    const before = seen.get(key);
    if (before === undefined) {
      const look = collisionKey(path.replace(lookAlike, (letter) => lookAlikes.get(letter) ?? letter));
      const twin = looks.get(look);
      if (twin !== undefined) throw refuseEntry('path_collision', path, `looks like "${twin}"`);
      looks.set(look, path);
      return void seen.set(key, { path, kind, explicit });
    }
    if (before.path !== path) {
      const says = `collides with "${before.path}" where case or Unicode form do not count`;
      throw refuseEntry('path_collision', path, says);
    }
    if (before.kind !== kind) throw refuseEntry('file_and_folder', path, 'is a file and a folder at once');
    // A folder comes again with every file below it, but as an entry of its own once, like a file.
    if (explicit && before.explicit) throw refuseEntry('entry_duplicate', path, 'is in the archive twice');
    before.explicit ||= explicit;
  }

  return function register(path, kind) {
    const wrong = pathFault(path);
    if (wrong !== null) throw refuseEntry(wrong.rule, path, wrong.says);
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      take(path.slice(0, slash), 'folder', false);
    }
    take(path, kind, true);
  };
}

/** Letters of Cyrillic and Greek that fonts draw like Latin ones. */
const lookAlikes = new Map(
  (
    [
      ['АВЕЅІЈКМНОРСТУХ', 'ABESIJKMHOPCTYX'],
      ['аеѕіјорсухһԁ', 'aesijopcyxhd'],
      ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX'],
      ['ονι', 'ovi'],
    ] as const
  ).flatMap(([foreign, latin]) => [...foreign].map((letter, index) => [letter, latin[index] ?? letter] as const)),
);
const lookAlike = new RegExp(`[${[...lookAlikes.keys()].join('')}]`, 'gu');

/** Upper case first: it folds what lower case alone keeps apart (ß, dotless i, final sigma). */
function collisionKey(path: string): string {
  const plain = path.replace(/[\ufe0e\ufe0f]/g, '').normalize('NFKC');
  return plain.toUpperCase().toLowerCase().normalize('NFKC');
}
