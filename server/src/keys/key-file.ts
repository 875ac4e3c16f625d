import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OperatorError } from '../operator-error.ts';

/** Master keys by version. */
export type MasterKeys = ReadonlyMap<number, Uint8Array>;

const keyBytes = 32;
const highestVersion = 255;
const linePattern = /^proofpix-key-([1-9]\d{0,2}) ([0-9a-f]{64})$/;

/**
 * The versions in a key file, or undefined where there is none. Synchronous, because it is some lines, and a value of a
 * version that is new to us must open now.
 * @throws OperatorError when others can read or exchange it, or it is damaged
 */
export function readKeyFile(keyFile: string): MasterKeys | undefined {
  let file: number;
  try {
    file = openSync(keyFile, 'r');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // node:fs throws nothing else
    throw new OperatorError(`The key file ${keyFile} cannot be read: ${reason(cause)}.`, { cause });
  }
  try {
    const status = fstatSync(file);
    // Checked on the opened file, so that nobody can exchange it between the check and the reading.
    if (!status.isFile()) throw new OperatorError(`The key file ${keyFile} is not a file.`);
    if (process.platform !== 'win32' && (status.mode & 0o077) !== 0) {
      throw new OperatorError(`The key file ${keyFile} can be read by other users: run "chmod 600 ${keyFile}".`);
    }
    checkFolder(dirname(keyFile));
    return parse(readFileSync(file, 'utf8'), keyFile);
  } finally {
    closeSync(file);
  }
}

/** Makes version 1; when another process is quicker, its key is the one. @throws OperatorError */
export async function makeKeyFile(keyFile: string): Promise<{ masters: MasterKeys; created: boolean }> {
  const folder = dirname(keyFile);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    checkFolder(folder);
    const masters = new Map([[1, new Uint8Array(randomBytes(keyBytes))]]);
    const temporary = `${keyFile}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
    // Fails where there is one, unlike rename.
    if (await place(masters, { temporary, folder, move: () => link(temporary, keyFile) })) {
      return { masters, created: true };
    }
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause;
    throw new OperatorError(`The key file ${keyFile} cannot be made: ${reason(cause)}.`, { cause });
  }
  const made = readKeyFile(keyFile);
  if (made === undefined) throw new OperatorError(`The key file ${keyFile} vanished while it was made.`);
  return { masters: made, created: false };
}

/** Adds a version and gives its number. The file has the old ones or all of them, whenever the machine stops. @throws OperatorError */
export async function addKeyVersion(keyFile: string): Promise<number> {
  let added = 0;
  await changeKeyFile(keyFile, (masters) => {
    added = Math.max(...masters.keys()) + 1;
    if (added > highestVersion) {
      throw new OperatorError('The master key was changed 254 times: there is no next version.');
    }
    return new Map([...masters, [added, new Uint8Array(randomBytes(keyBytes))]]);
  });
  return added;
}

/** Takes versions out for good. The newest cannot go. @throws OperatorError */
export async function dropKeyVersions(keyFile: string, versions: readonly number[]): Promise<void> {
  await changeKeyFile(keyFile, (masters) => {
    const newest = Math.max(...masters.keys());
    return new Map([...masters].filter(([version]) => version === newest || !versions.includes(version)));
  });
}

async function changeKeyFile(keyFile: string, change: (masters: MasterKeys) => MasterKeys): Promise<void> {
  const temporary = `${keyFile}.next`; // one name for all, so that of two who change it at the same moment one fails
  const masters = readKeyFile(keyFile);
  if (masters === undefined)
    throw new OperatorError(`There is no key file ${keyFile}: start the server once to make it.`);
  try {
    const folder = dirname(keyFile);
    if (await place(change(masters), { temporary, folder, move: () => rename(temporary, keyFile) })) return;
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause;
    throw new OperatorError(`The key file ${keyFile} cannot be changed: ${reason(cause)}.`, { cause });
  }
  throw new OperatorError(
    `Somebody else is changing the key file, or was stopped in the middle of it: if nobody is, delete ${temporary}.`,
  );
}

/** On disk before it is used: what is sealed with a lost key is lost. False when a file is in the way. */
async function place(
  masters: MasterKeys,
  { temporary, folder, move }: { temporary: string; folder: string; move: () => Promise<void> },
): Promise<boolean> {
  const lines = [...masters].map(([version, key]) => `proofpix-key-${version} ${Buffer.from(key).toString('hex')}\n`);
  let ours = false;
  try {
    await using file = await open(temporary, 'wx', 0o600);
    ours = true;
    await file.writeFile(lines.join(''));
    await file.sync();
    await move();
    if (process.platform === 'win32') return true; // folders cannot be synced there
    await using directory = await open(folder, 'r');
    await directory.sync();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false; // node:fs throws nothing else
    throw error;
  } finally {
    if (ours) await unlink(temporary).catch(() => {});
  }
}

function parse(text: string, keyFile: string): MasterKeys {
  const masters = new Map<number, Uint8Array>();
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : [''];
  for (const line of lines) {
    const [, version, hex] = linePattern.exec(line) ?? [];
    if (
      version === undefined ||
      hex === undefined ||
      Number(version) > highestVersion ||
      masters.has(Number(version))
    ) {
      throw new OperatorError(`The key file ${keyFile} is damaged: restore it from your backup.`);
    }
    masters.set(Number(version), new Uint8Array(Buffer.from(hex, 'hex')));
  }
  return masters;
}

/** Who can write into the folder can exchange the key, and then decide what our signatures and secrets are made with. */
function checkFolder(folder: string): void {
  if (process.platform === 'win32') return;
  if ((statSync(folder).mode & 0o022) === 0) return;
  throw new OperatorError(
    `The folder of the key file, ${folder}, can be written by other users: run "chmod 700 ${folder}".`,
  );
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
