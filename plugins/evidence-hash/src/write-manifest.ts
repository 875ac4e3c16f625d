import type { Context } from '@proofpix/sdk/context';
import type { HookInput } from '@proofpix/sdk/hooks';
import { readReport } from '@proofpix/sdk/report';
import { canonicalJson } from './canonical-json.ts';

/**
 * One list of all photos and derived files of a run or a case, signed as a whole: the attestation is over the SHA-256 of
 * `manifest` as canonical JSON, so that nothing can be taken out, put in or put elsewhere.
 */
export async function writeManifest(
  { report }: HookInput<'export:generate'>,
  ctx: Pick<Context, 'crypto' | 'files' | 'plugin'>,
): Promise<null> {
  const { about, exhibits } = readReport(report);
  const manifest = {
    schema: 'proofpix-hash-manifest-v1',
    case: about === null ? null : { title: about.title, reference: about.reference },
    generatedAt: about?.generatedAt ?? null,
    exhibits: exhibits.map(({ number, file, files, metadata, sources }) => ({
      number,
      name: file.name,
      size: file.size,
      type: file.type,
      sha256: file.sha256,
      // Only what this very plugin computed: another one could say anything under the same name.
      sha512: sources['Hash:SHA512']?.plugin === ctx.plugin.id ? (metadata['Hash:SHA512'] ?? null) : null,
      derived: files.map(({ name, size, sha256, source }) => ({
        name,
        size,
        sha256,
        plugin: `${source.plugin}@${source.version}`,
        package: source.digest,
      })),
    })),
    plugin: { id: ctx.plugin.id, version: ctx.plugin.version },
  };
  const digest = await ctx.crypto.hash('sha256', canonicalJson(manifest));
  const attestation = await ctx.crypto.attest(digest);
  await ctx.files.write('hash-manifest.json', canonicalJson({ manifest, attestation: { ...attestation } }));
  return null;
}
