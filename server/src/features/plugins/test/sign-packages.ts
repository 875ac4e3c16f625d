import { trustRoutes } from '@proofpix/contract/api/trust';
import { readPackage } from '@proofpix/scanner/read-package';
import { makeSigningKey, type SigningKey } from '@proofpix/signatures/keys';
import { writeSignatureFile } from '@proofpix/signatures/signature-file';
import { signAsPublisher } from '@proofpix/signatures/statement';
import type { TestMember, TestServer } from '../../../../test/start-server.ts';
import { ended, packTestPlugin, upload, type Ended, type TestPlugin } from './test-plugins.ts';

/** A publisher whose key the operator let sign. */
export async function addPublisher(server: TestServer, publisher: string): Promise<SigningKey> {
  const { key } = makeSigningKey();
  // Long before: what is signed in the same millisecond is in time.
  const from = '2026-01-01T00:00:00.000Z';
  await server.call(trustRoutes.addKey, { body: { publicKey: key.spki, publisher, from } });
  return key;
}

export type Signed = { archive: Uint8Array; signature: string; digest: string };

export async function signTestPlugin(plugin: TestPlugin, publisher: string, key: SigningKey): Promise<Signed> {
  const archive = await packTestPlugin(plugin);
  const { manifest, digest } = await readPackage(archive);
  const subject = { publisher, id: manifest.id, version: manifest.version, digest };
  const envelope = signAsPublisher(subject, [key], new Date());
  return { archive, digest, signature: writeSignatureFile({ publisher: envelope, marketplace: null }) };
}

export async function installSigned(
  member: TestMember,
  { archive, signature }: Pick<Signed, 'archive' | 'signature'>,
  fields: Record<string, string> = {},
): Promise<Ended & { detail?: string }> {
  return ended(member, await upload(member, archive, { signature, ...fields }));
}
