import { access, constants, mkdir } from 'node:fs/promises';
import type { Config } from './config.ts';
import { openDatabase, type Database } from './db/database.ts';
import { addKeyProofs, countSealed, findKeyProofs, removeKeyProofs } from './db/sealed-columns.ts';
import { asSystem } from './db/tenancy.ts';
import { openKeys, type Keys } from './keys.ts';
import { openObjects, type Objects } from './objects.ts';
import { OperatorError } from './operator-error.ts';

/** Everything that lies on the disk. */
export type Data = AsyncDisposable & { db: Database; keys: Keys; objects: Objects };

/**
 * Opens what lies on the disk. A part of its own, because the database starts in its own thread: meanwhile the main one
 * reads the rest of the code. @throws OperatorError
 */
export async function openData(config: Config): Promise<Data> {
  await using opened = new AsyncDisposableStack();
  await prepareFolder(config.dataDir);
  // First, since it takes the lock of the data folder: nothing else may touch it before.
  const db = opened.use(await openDatabase(config));
  const keys = await openProvenKeys(config, db);
  const objects = await openObjects(config.dataDir);
  const owned = opened.move();
  return { db, keys, objects, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** The keys that sealed what is in the database, and no others: a wrong one would fail later, at one value after the other. */
async function openProvenKeys(config: Config, db: Database): Promise<Keys> {
  const before = await findKeyProofs(db);
  const keys = await openKeys(config, before);
  const proven = new Set(before.map(({ version }) => version));
  // First: a key that is refused here must leave no proof of itself.
  const missing = [...proven].filter((version) => !keys.versions().includes(version));
  if (missing.length > 0) await forgetUnused(db, missing, config);
  const unproven = keys.versions().filter((version) => !proven.has(version));
  if (unproven.length > 0) {
    await addKeyProofs(
      db,
      unproven.map((version) => ({ version, proof: keys.prove(version) })),
    );
    // Another server with a key of its own may have been quicker.
    await openKeys(config, await findKeyProofs(db));
  }
  return keys;
}

async function forgetUnused(db: Database, missing: readonly number[], config: Config): Promise<void> {
  await asSystem(db, 'rotate-keys', async (tx) => {
    const used = await countSealed(tx, missing);
    if (used > 0) {
      const where = config.masterKey === undefined ? `the key file ${config.keyFile}` : 'MASTER_KEY_PREVIOUS';
      throw new OperatorError(
        `${used} values are still sealed with an old master key (version ${missing.join(', ')}): put it back into ${where}.`,
      );
    }
    await removeKeyProofs(tx, missing);
  });
}

async function prepareFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code; // node:fs throws nothing else
    throw new OperatorError(
      `The data folder ${dataDir} cannot be written (${reason}): make it writable, or set DATA_DIR to another.`,
      { cause },
    );
  }
}
