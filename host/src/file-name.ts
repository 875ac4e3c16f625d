import { limits } from '@proofpix/contract/limits';

// Names that Windows opens as a device, whatever stands behind the first dot.
const device = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])$/;
// Control characters, what no Windows file system takes, and characters that turn or hide the text around them.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const forbidden = /[\u0000-\u001f\u007f-\u009f<>:"|?*\\\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
const maximumFolders = 4;

/** Why a derived file may not have this name, or null. The rules of the archive, for a relative path with `/`. */
export function refuseFileName(name: string): string | null {
  if (Buffer.byteLength(name) > limits.packagePathBytes) return `is longer than ${limits.packagePathBytes} bytes`;
  if (!name.isWellFormed() || forbidden.test(name)) return 'has a character that file names must not have';
  if (name.startsWith('/')) return 'is absolute';
  const segments = name.split('/');
  if (segments.length > maximumFolders + 1) return `is more than ${maximumFolders} folders deep`;
  for (const segment of segments) {
    if (segment === '') return 'has an empty part';
    if (segment === '.' || segment === '..') return 'leaves its folder';
    if (/[. ]$/.test(segment) || segment.startsWith(' '))
      return 'has a part that begins or ends with a space or ends with a dot';
    const stem = segment.split('.', 1)[0] ?? '';
    if (device.test(stem.trim().toLowerCase())) return 'is the name of a device';
  }
  return null;
}

/** Two names with the same key are one file on some file system (letter case, composed and decomposed characters). */
export function fileNameKey(name: string): string {
  // Upper case first: ß and SS, ſ and s, ı and I meet only there. NFKC: what looks and sorts the same is the same.
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}
