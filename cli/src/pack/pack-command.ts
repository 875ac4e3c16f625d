import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packPlugin, type PackedPlugin } from '@proofpix/pack/pack-plugin';
import { callerDirectory, fromCaller } from '../config.ts';
import { printable, printableJson } from '../printable.ts';
import { bytesText, paintFor, type Paint } from '../terminal.ts';
import { readSigner, signFor, type SaidSignature } from './sign-package.ts';

export type PackOptions = {
  output?: string;
  format?: 'zip' | 'tgz';
  sign: boolean;
  key?: string;
  publisher?: string;
  json: boolean;
};

/** Packs a folder and says what is in the package. @throws Problem */
export async function pack(folder: string, options: PackOptions): Promise<void> {
  const format = options.format ?? (/\.(tgz|tar\.gz)$/i.test(options.output ?? '') ? 'tgz' : 'zip');
  // Before anything is packed: what is missing here is the first thing to say.
  const signer = options.sign ? await readSigner(options) : null;
  const packed = await packPlugin(fromCaller(folder), { format });
  const path = options.output === undefined ? join(callerDirectory(), packed.fileName) : fromCaller(options.output);
  await writeAtOnce(path, packed.archive);
  const signature = signer === null ? null : signFor(packed.plugin, path, signer);
  if (signature !== null) await writeAtOnce(signature.path, Buffer.from(signature.text));
  const said = { ...document(packed, path), ...(signature === null ? {} : { signature: signature.said }) };
  if (options.json) console.log(printableJson(said, 2));
  else for (const line of describe(said, paintFor(process.stdout))) console.log(line);
}

/** Whole or not at all, also when a package of this name was there before. */
async function writeAtOnce(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await writeFile(unfinished, bytes, { flag: 'wx' });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

function document({ plugin, archive, bundled }: PackedPlugin, path: string) {
  const files = [...plugin.files].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    id: plugin.manifest.id,
    version: plugin.manifest.version,
    path,
    format: plugin.format,
    digest: plugin.digest,
    archiveDigest: plugin.archiveDigest,
    archiveBytes: archive.length,
    files: files.map(([name, bytes]) => ({
      path: name,
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })),
    bundled,
    warnings: plugin.warnings,
  };
}

type Said = ReturnType<typeof document> & { signature?: SaidSignature };

function describe(said: Said, paint: Paint): string[] {
  const width = Math.max(...said.files.map(({ path }) => path.length));
  return [
    `${paint.strong(`${said.id} ${said.version}`)} → ${printable(said.path)} (${bytesText(said.archiveBytes)})`,
    `identity  ${said.digest}`,
    `archive   ${said.archiveDigest}`,
    ...(said.signature === undefined
      ? []
      : [`signed    ${said.signature.publisher}, key ${said.signature.keyId} → ${printable(said.signature.path)}`]),
    '',
    ...said.files.map(({ path, size }) => `  ${printable(path).padEnd(width)}  ${bytesText(size).padStart(9)}`),
    '',
    said.bundled.length === 0 ? 'Nothing of npm is bundled in.' : paint.strong('Bundled in'),
    ...said.bundled.map(
      ({ name, version, license }) =>
        `  ${printable(`${name} ${version}`)} · ${printable(license ?? 'licence unknown')}`,
    ),
    ...said.warnings.map((warning) => paint.warning(printable(warning))),
  ];
}
