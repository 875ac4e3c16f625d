import type { Context } from '@proofpix/sdk/context';
import type { HookInput, HookOutput } from '@proofpix/sdk/hooks';
import { canonicalJson } from './canonical-json.ts';

/** Hashes the photo as it is stored now, has the SHA-256 signed, and writes both down. */
export async function processPhoto(
  { file }: HookInput<'file:process'>,
  ctx: Pick<Context, 'crypto' | 'files' | 'plugin'>,
): Promise<HookOutput<'file:process'>> {
  const sha256 = await ctx.crypto.digest('sha256');
  const sha512 = await ctx.crypto.digest('sha512');
  const attestation = await ctx.crypto.attest(sha256);
  const manifest = {
    schema: 'proofpix-evidence-manifest-v1',
    file: { name: file.name, size: file.size, type: file.type },
    digests: { sha256, sha512 },
    attestation: { ...attestation },
    plugin: { id: ctx.plugin.id, version: ctx.plugin.version },
  };
  await ctx.files.write('evidence-manifest.json', canonicalJson(manifest));
  const metadata = { 'Hash:SHA256': sha256, 'Hash:SHA512': sha512 };
  if (sha256 === file.sha256) return { metadata };
  return {
    metadata,
    findings: [
      {
        severity: 'strong',
        confidence: 1,
        question: 'edited',
        title: 'The stored photo is not the one that was received',
        explanation:
          'Its SHA-256 is another one than at the upload. A damaged disk can be the reason; so can somebody who reached the storage.',
        evidence: { received: file.sha256, stored: sha256 },
      },
    ],
  };
}
