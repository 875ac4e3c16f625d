import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { limits } from '@proofpix/contract/limits';
import { writeKeyFile } from '@proofpix/signatures/key-file';
import { makeSigningKey, type PublicKey, type SigningKey } from '@proofpix/signatures/keys';
import { metadataBytes, parseMetadata, spkiOf, type Signed } from '@proofpix/signatures/trust/metadata';
import { keysOfRole, makeRoot } from '@proofpix/signatures/trust/root';
import { fromCaller } from '../config.ts';
import { CommandFailure } from '../failure.ts';
import { printable, printableJson } from '../printable.ts';
import { readAnyKey, readOwnKey, smallText } from './read-key.ts';
import { trusted } from './trusted.ts';

export type InitOptions = { rootKeys: number; threshold: number; serverKey?: string; years: number; json: boolean };

/** Root keys, a file each, to be carried away from here; and what the server gets. */
export async function initKeys(folder: string, options: InitOptions): Promise<void> {
  const { rootKeys: count, threshold, years } = options;
  if (threshold > count) throw new CommandFailure(`Of ${count} keys nobody can ask for ${threshold}.`);
  const path = fromCaller(folder);
  await mkdir(path, { recursive: true, mode: 0o700 });
  if ((await readdir(path)).length > 0) throw new CommandFailure(`${folder} is not empty.`);
  const made = Array.from({ length: count }, () => makeSigningKey());
  const server = options.serverKey === undefined ? makeSigningKey() : null;
  const serverKey: Pick<PublicKey, 'spki'> = server?.key ?? (await readAnyKey(options.serverKey ?? ''));
  const keys = made.map(({ key }) => key);
  const root = makeRoot({ version: 1, expires: yearsFromNow(years), rootKeys: keys, threshold, serverKey }, keys);

  const files = made.map((_, index) => join(path, `root-${index + 1}.pem`));
  for (const [index, { pem }] of made.entries()) await writeKeyFile(files[index] ?? '', pem);
  const forServer = join(path, 'server');
  await mkdir(forServer, { mode: 0o700 });
  if (server !== null) await writeKeyFile(join(forServer, 'signing.pem'), server.pem);
  const rootFile = join(forServer, '1.root.json');
  await writeFile(rootFile, metadataBytes(root), { flag: 'wx' });
  if (options.json) {
    return console.log(printableJson({ folder: path, rootKeys: files, root: rootFile, server: forServer }, 2));
  }
  console.log(
    `${count} root keys; it takes ${threshold} of them to name another key of the server, or other root keys.`,
  );
  for (const file of files) console.log(`  ${printable(file)}`);
  console.log('Carry each to another place, off this machine, and delete it here.');
  console.log(
    `Before its first start the server gets what is in ${printable(forServer)}: copy it into the folder of its keys`,
  );
  console.log('(data.keys beside its data). Publish 1.root.json where people find it without the server.');
}

export type RotateOptions = {
  sign: string[];
  rootKey: string[];
  threshold?: number;
  serverKey?: string;
  years: number;
  out?: string;
  json: boolean;
};

/** The successor of a root. It has to be signed by enough of the old keys and of the new ones. */
export async function rotateRoot(rootFile: string, options: RotateOptions): Promise<void> {
  const before = await readRoot(rootFile);
  const signers: SigningKey[] = [];
  for (const file of options.sign) signers.push(await readOwnKey(file));
  const old = keysOfRole(before, 'root');
  const given: Pick<PublicKey, 'spki'>[] = [];
  for (const file of options.rootKey) given.push(await readAnyKey(file));
  const rootKeys = given.length > 0 ? given : old.keys.map((key) => ({ spki: spkiOf(key) }));
  const threshold = options.threshold ?? Math.min(old.threshold, rootKeys.length);
  if (threshold > rootKeys.length)
    throw new CommandFailure(`Of ${rootKeys.length} keys nobody can ask for ${threshold}.`);
  const [serverHex = ''] = keysOfRole(before, 'timestamp').keys;
  const serverKey = options.serverKey === undefined ? { spki: spkiOf(serverHex) } : await readAnyKey(options.serverKey);
  const plan = {
    version: before.signed.version + 1,
    expires: yearsFromNow(options.years),
    rootKeys,
    threshold,
    serverKey,
  };
  const next = trusted(() => makeRoot(plan, signers, before));
  const folder = options.out === undefined ? dirname(fromCaller(rootFile)) : fromCaller(options.out);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${plan.version}.root.json`);
  await writeFile(path, metadataBytes(next), { flag: 'wx' });
  const said = { path, version: plan.version, keys: rootKeys.length, threshold, expires: next.signed.expires };
  if (options.json) return console.log(printableJson(said, 2));
  console.log(`${printable(path)}: ${threshold} of ${rootKeys.length} keys, good until ${said.expires}.`);
  console.log('Copy it into the folder of the keys of the server, and start the server again.');
}

async function readRoot(file: string): Promise<Signed<'root'>> {
  const bytes = Buffer.from(await smallText(file, limits.trustMetadataBytes));
  return trusted(() => parseMetadata('root', bytes, file));
}

function yearsFromNow(years: number): Date {
  const time = new Date();
  time.setUTCFullYear(time.getUTCFullYear() + years);
  return time;
}
