/**
 * Changes the master key: `npm run rotate-keys` adds a version to the key file, which a running server finds within half
 * a minute and seals everything with; `npm run rotate-keys -- --drop` forgets the versions that nothing uses any more,
 * while the server is stopped.
 */
import { readConfig, readEnvironment, type Config } from '../../config.ts';
import { openDatabase } from '../../db/database.ts';
import { countSealed, removeKeyProofs } from '../../db/sealed-columns.ts';
import { asSystem } from '../../db/tenancy.ts';
import { addKeyVersion, dropKeyVersions, readKeyFile } from '../../keys/key-file.ts';
import { OperatorError } from '../../operator-error.ts';
import { recordAct, systemActor } from '../audit/record-act.ts';

/** Gives the sentence for the operator. @throws OperatorError */
export async function rotateKeys(config: Config, args: readonly string[]): Promise<string> {
  if (config.masterKey !== undefined) {
    throw new OperatorError(
      'The master key comes from MASTER_KEY: move it to MASTER_KEY_PREVIOUS, set a new MASTER_KEY and start the server.',
    );
  }
  if (args.length === 0) {
    const version = await addKeyVersion(config.keyFile);
    return `Version ${version} was added to ${config.keyFile}. Back the file up now: a running server seals with it within half a minute, a stopped one when it starts.`;
  }
  if (args.length === 1 && args[0] === '--drop') return dropOld(config);
  throw new OperatorError(
    'Run "npm run rotate-keys" to change the master key, "npm run rotate-keys -- --drop" to forget the old one.',
  );
}

async function dropOld(config: Config): Promise<string> {
  const masters = readKeyFile(config.keyFile);
  if (masters === undefined) throw new OperatorError(`There is no key file ${config.keyFile}.`);
  const newest = Math.max(...masters.keys());
  const old = [...masters.keys()].filter((version) => version !== newest);
  if (old.length === 0) return `There is only version ${newest} in ${config.keyFile}.`;
  // It takes the lock of the data folder: a running server could still be sealing with an old version.
  await using db = await openDatabase(config);
  const used = await asSystem(db, 'rotate-keys', (tx) => countSealed(tx, old));
  if (used > 0) {
    throw new OperatorError(
      `${used} values are still sealed with version ${old.join(', ')}: start the server and wait until its log says that everything is sealed with the new master key.`,
    );
  }
  await dropKeyVersions(config.keyFile, old);
  await asSystem(db, 'rotate-keys', async (tx) => {
    await removeKeyProofs(tx, old);
    await recordAct(tx, {
      organisationId: null,
      actor: systemActor('rotate-keys'),
      act: 'master-key.forget',
      subject: { kind: 'master-key', id: old.join(', ') },
      after: { version: newest },
    });
  });
  return `Version ${old.join(', ')} is forgotten. Backups of the database that are older than the change need a backup of the key file from then.`;
}

if (import.meta.main) {
  try {
    console.log(await rotateKeys(readConfig(readEnvironment()), process.argv.slice(2)));
  } catch (error) {
    console.error(error instanceof OperatorError ? error.message : error);
    process.exitCode = 1;
  }
}
