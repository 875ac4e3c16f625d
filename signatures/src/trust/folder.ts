import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TrustFault } from './fault.ts';
import type { TrustStore } from './follow.ts';

/** Names that metadata has: nothing else is ever made into a path. */
const namePattern = /^([1-9]\d{0,9}\.)?(root|timestamp|snapshot|targets)\.json$|^[0-9a-f]{64}\.[0-9a-z-]+\.json$/;

/** A folder as source and store of trust metadata. Files are written beside and moved into place, on disk before that. */
export function trustFolder(folder: string): TrustStore {
  const pathOf = (name: string) => {
    if (!namePattern.test(name)) throw new TrustFault('malformed', 'A file of metadata has a name that none has.');
    return join(folder, name);
  };
  return {
    async read(name, maxBytes) {
      const file = await open(pathOf(name), 'r').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      if (file === null) return null;
      await using opened = file;
      const { size } = await opened.stat();
      if (size > maxBytes) throw new TrustFault('too_large', `${name} is over ${maxBytes} bytes.`);
      const bytes = Buffer.alloc(size);
      const { bytesRead } = await opened.read(bytes, 0, size, 0);
      return bytes.subarray(0, bytesRead);
    },
    async write(name, bytes) {
      await mkdir(folder, { recursive: true });
      const unfinished = join(folder, `.${randomBytes(6).toString('hex')}.part`);
      try {
        await using file = await open(unfinished, 'wx', 0o644);
        await file.writeFile(bytes);
        await file.sync();
        await rename(unfinished, pathOf(name));
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      }
      if (process.platform === 'win32') return; // folders cannot be synced there
      await using directory = await open(folder, 'r');
      await directory.sync();
    },
    remove: (name) => rm(pathOf(name), { force: true }),
    names: async () => (await readdir(folder)).filter((name) => namePattern.test(name)),
  };
}
