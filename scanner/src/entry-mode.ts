import { refuseEntry } from './refuse.ts';

const typeBits = 0o170000;
const types = { link: 0o120000, folder: 0o040000, file: 0o100000 };

/** The Unix mode, which some programs honour whatever system the archive says it comes from. */
export function checkMode(name: string, mode: number, folder: boolean): void {
  const type = mode & typeBits;
  if (type === types.link) throw refuseEntry('entry_link', name, 'is a link');
  if (type !== 0 && type !== types.folder && type !== types.file)
    throw refuseEntry('entry_special', name, 'is neither a file nor a folder');
  if (type !== 0 && (type === types.folder) !== folder)
    throw refuseEntry('folder_content', name, 'is a folder by one field and a file by another');
  if ((mode & 0o6000) !== 0) throw refuseEntry('entry_setuid', name, 'has the setuid or setgid bit');
}

/** The attributes of DOS and Windows. */
export function checkAttributes(name: string, attributes: number, folder: boolean): void {
  if ((attributes & 0x400) !== 0) throw refuseEntry('entry_link', name, 'is a reparse point, the link of Windows');
  if ((attributes & 0x48) !== 0) throw refuseEntry('entry_special', name, 'is a device or volume label');
  if (!folder && (attributes & 0x10) !== 0)
    throw refuseEntry('folder_content', name, 'is a file by its name and a folder by its attributes');
}
