import { limits } from '@proofpix/contract/limits';
import { isRecord } from '../code/json-record.ts';
import type { Collector } from './collect.ts';
import { exactVersion } from './npm-name.ts';
import { licenseIn, readFields, textIn, type Fields } from './read-json.ts';

const inFolder = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/;
const deepest = 64;

/** What npm's lock file names, but for what only its author needs. */
export function fromLockFile(path: string, bytes: Uint8Array, collector: Collector): void {
  const fields = readFields(bytes);
  if (typeof fields === 'string') {
    collector.gap(path, `The file ${fields}.`);
    return;
  }
  for (const locked of lockedIn(fields)) {
    const { name, entry } = locked;
    collector.add({
      name,
      version: exactVersion(textIn(entry.version) ?? ''),
      license: licenseIn(entry),
      how: 'locked',
      file: path,
      confidence: 0.7,
      sha512: sha512Of(entry.integrity),
    });
  }
}

/** Every package of a lock file that is not for its author alone. */
function lockedIn(fields: Fields): { name: string; entry: Fields }[] {
  if (isRecord(fields.packages)) {
    return Object.entries(fields.packages).flatMap(([place, entry]) => {
      const folder = inFolder.exec(place)?.[1];
      if (folder === undefined || !isRecord(entry) || entry.dev === true || entry.link === true) return [];
      // Installed under another name: then the entry says its own.
      return [{ name: textIn(entry.name) ?? folder, entry }];
    });
  }
  // The form before npm 7: what a package needs for itself lies in its entry.
  const found: { name: string; entry: Fields }[] = [];
  let level: unknown[] = [fields.dependencies];
  for (let depth = 0; depth < deepest && level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const list of level) {
      for (const [name, entry] of Object.entries(isRecord(list) ? list : {})) {
        if (!isRecord(entry) || entry.dev === true) continue;
        if (found.length > limits.components) return found;
        found.push({ name, entry });
        if (entry.dependencies !== undefined) next.push(entry.dependencies);
      }
    }
    level = next;
  }
  return found;
}

function sha512Of(integrity: unknown): string | undefined {
  const base64 =
    typeof integrity === 'string' ? /(?:^|\s)sha512-([A-Za-z0-9+/]{86}==)/.exec(integrity)?.[1] : undefined;
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('hex');
}
