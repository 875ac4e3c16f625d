import { decodeName } from './paths.ts';
import { refuseEntry } from './refuse.ts';

export type PaxRecords = { path: string | null; size: string | null };

/** Keys that change neither name, size nor kind of an entry. */
const harmless =
  /^(mtime|atime|ctime|uid|gid|uname|gname|comment|RHT\.security\.selinux|SCHILY\.(dev|ino|nlink|fflags|acl\.\w+|xattr\..+)|LIBARCHIVE\.(creationtime|xattr\..+))$/;

/**
 * Reads the records of an extended header. Path and size must be those of the entry itself: the caller compares them.
 * @throws Problem `package_refused` for a record that gives the entry another target or kind
 */
export function readPax(bytes: Uint8Array, name: string): PaxRecords {
  const found: PaxRecords = { path: null, size: null };
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const digits = space === -1 || space > at + 6 ? '' : Buffer.from(bytes.subarray(at, space)).toString('latin1');
    const length = /^[1-9]\d{0,5}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    if (length === 0 || end > bytes.length || end <= space + 1 || bytes[end - 1] !== 0x0a) {
      throw refuseEntry('tar_extended', name, 'has a broken extended header');
    }
    const equals = bytes.subarray(space + 1, end - 1).indexOf(0x3d) + space + 1;
    const key = decodeName(bytes.subarray(space + 1, Math.max(equals, space + 1)));
    // Values of other keys are no text where they are attributes of a file system.
    const value = () => decodeName(bytes.subarray(equals + 1, end - 1));
    if ((key === 'path' || key === 'size') && found[key] === null) found[key] = value();
    else if (!harmless.test(key))
      throw refuseEntry('tar_override', name, `changes "${key.slice(0, 40)}" in an extended header`);
    at = end;
  }
  return found;
}
