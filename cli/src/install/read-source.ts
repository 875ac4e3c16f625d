import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { Manifest } from '@proofpix/contract/manifest';
import { packPlugin } from '@proofpix/pack/pack-plugin';
import { readPackage } from '@proofpix/scanner/read-package';
import { signatureFileName } from '@proofpix/signatures/signature-file';
import { CommandFailure } from '../failure.ts';

export type Source = { archive: Uint8Array; fileName: string; manifest: Manifest; signature: string | null };

/** A package with what lies beside it, packed where it is a folder. @throws CommandFailure, Problem */
export async function readSource(path: string): Promise<Source> {
  const about = await stat(path).catch(() => undefined);
  if (about === undefined) throw new CommandFailure(`${path} does not exist.`);
  if (about.isDirectory()) {
    const { archive, fileName, plugin } = await packPlugin(path);
    return { archive, fileName, manifest: plugin.manifest, signature: null };
  }
  if (about.size > limits.packageBytes) throw new Problem('package_too_large', path);
  const archive = await readFile(path);
  const fileName = basename(path);
  const { manifest } = await readPackage(archive, { fileName });
  return { archive, fileName, manifest, signature: await readBeside(path) };
}

/** What the publisher put beside the package goes along; the server judges it. */
async function readBeside(path: string): Promise<string | null> {
  const beside = signatureFileName(path);
  const about = await stat(beside).catch(() => undefined);
  if (about === undefined) return null;
  if (about.size > limits.signatureFileBytes) throw new CommandFailure(`${beside} is too large for signatures.`);
  return readFile(beside, 'utf8');
}
