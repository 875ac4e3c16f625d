import { createHash } from 'node:crypto';
import { limits } from '@proofpix/contract/limits';
import { writeKeyFile } from '@proofpix/signatures/key-file';
import { makeSigningKey, publicPem } from '@proofpix/signatures/keys';
import { keysOfRole } from '@proofpix/signatures/trust/root';
import { checkSigned, parseMetadata } from '@proofpix/signatures/trust/metadata';
import { fromCaller } from '../config.ts';
import { printable, printableJson } from '../printable.ts';
import { trusted } from './trusted.ts';
import { readAnyKey, smallText } from './read-key.ts';

export async function makeKey(file: string, { json }: { json: boolean }): Promise<void> {
  const { key, pem } = makeSigningKey();
  const path = fromCaller(file);
  await writeKeyFile(path, pem);
  if (json) return console.log(printableJson({ path, keyId: key.id, publicKey: key.spki }, 2));
  console.log(`${printable(path)}: keep it to yourself, and a copy where a fire does not reach it.`);
  console.log(`key id      ${key.id}`);
  console.log(`public key  ${key.spki}`);
  console.log(
    'Whoever runs the server lets it sign: POST /api/trust/keys with the public key and your name as publisher.',
  );
}

export async function showKey(file: string, { json }: { json: boolean }): Promise<void> {
  if (file.endsWith('.json')) return showRoot(file, json);
  const { id, spki } = await readAnyKey(file);
  if (json) return console.log(printableJson({ keyId: id, publicKey: spki }, 2));
  console.log(`key id      ${id}`);
  console.log(`public key  ${spki}`);
  console.log(publicPem({ spki }).trimEnd());
}

async function showRoot(file: string, json: boolean): Promise<void> {
  const bytes = Buffer.from(await smallText(file, limits.trustMetadataBytes));
  const said = trusted(() => {
    const root = parseMetadata('root', bytes, file);
    checkSigned(root, 'root', root, file);
    const { keys, threshold } = keysOfRole(root, 'root');
    const [serverKey = ''] = keysOfRole(root, 'timestamp').keys;
    const { version, expires } = root.signed;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { version, expires, threshold, rootKeys: keys, serverKey, sha256 };
  });
  if (json) return console.log(printableJson(said, 2));
  console.log(`root        ${said.version}, good until ${said.expires}`);
  console.log(`keys        ${said.threshold} of ${said.rootKeys.length}`);
  for (const key of said.rootKeys) console.log(`  ${key}`);
  console.log(`server      ${said.serverKey}`);
  console.log(`sha256      ${said.sha256}`);
}
