import { limits } from '@proofpix/contract/limits';
import { refuseEntry } from './refuse.ts';

const deepest = 32;
/** Windows opens a device for these names, whatever follows the first dot. */
const deviceName = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])( *\.|$)/i;
/** Control, format (bidirectional, zero-width), unassigned and private characters: a name must be what it looks like. */
const hiddenCharacter = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * What is wrong with a relative path, as the end of a sentence that begins with it, or null. A path that passes means
 * one and the same file inside one folder on Linux, macOS and Windows.
 */
export function pathFault(path: string): string | null {
  if (path === '') return 'is an empty name';
  if (Buffer.byteLength(path) > limits.packagePathBytes)
    return `is a path longer than ${limits.packagePathBytes} bytes`;
  if (path.includes('\0')) return 'contains a NUL character';
  if (hiddenCharacter.test(path)) return 'contains control or invisible characters';
  if (path.includes('\\')) return 'contains a backslash';
  if (path.startsWith('/')) return 'is an absolute path';
  if (/^[a-z]:/i.test(path)) return 'begins with a drive letter';
  if (path.includes(':')) return 'contains a colon, which names an alternate stream on Windows';
  if (/[<>"|?*]/.test(path)) return 'contains a character that Windows does not allow in names';
  const segments = path.split('/');
  if (segments.length > deepest) return `lies deeper than ${deepest} folders`;
  for (const segment of segments) {
    if (segment === '..') return 'leads out of the package';
    if (segment === '' || segment === '.') return 'has an empty or "." segment';
    if (/[. ]$/.test(segment)) return 'has a segment that ends in a dot or space, which Windows drops';
    if (segment.startsWith(' ')) return 'has a segment that begins with a space';
    if (deviceName.test(segment)) return 'uses a device name of Windows';
  }
  return null;
}

/** The bytes of a name as text; a name that is not valid UTF-8 reads differently in every program. */
export function decodeName(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuseEntry(Buffer.from(bytes).toString('latin1'), 'is not valid UTF-8');
  }
}

/**
 * Takes the paths of an archive one by one. Two that mean the same file on some system are refused: exact duplicates,
 * other case, other Unicode form, and a file where another path needs a folder.
 */
export function createPathRegister(): (path: string, kind: 'file' | 'folder') => void {
  const seen = new Map<string, { path: string; kind: 'file' | 'folder' }>();

  function take(path: string, kind: 'file' | 'folder', explicit: boolean): void {
    const key = collisionKey(path);
    const before = seen.get(key);
    if (before === undefined) return void seen.set(key, { path, kind });
    if (before.path !== path)
      throw refuseEntry(path, `collides with "${before.path}" where case or Unicode form do not count`);
    if (before.kind !== kind) throw refuseEntry(path, 'is a file and a folder at once');
    // A folder comes again with every file below it; a file may come once.
    if (kind === 'file' && explicit) throw refuseEntry(path, 'is in the archive twice');
  }

  return function register(path, kind) {
    const fault = pathFault(path);
    if (fault !== null) throw refuseEntry(path, fault);
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      take(path.slice(0, slash), 'folder', false);
    }
    take(path, kind, true);
  };
}

/** Upper case first: it folds what lower case alone keeps apart (ß, dotless i, final sigma). */
function collisionKey(path: string): string {
  return path.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}
