import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCredentials, type CredentialsReader } from './open-credentials.ts';

const photos = join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/photos');
const present = existsSync(join(photos, 'photos.json'));
if (!present) console.log('skipped: content-credentials on real photos, because ../shared/photos is not there');

type Oracle = { manifests: number; active_manifest?: string; validation_status?: string[] };
type Row = { file: string; c2pa?: Oracle };
const rows = present ? (JSON.parse(readFileSync(join(photos, 'photos.json'), 'utf8')) as { files: Row[] }).files : []; // our own test data

describe.skipIf(!present)('real photos', () => {
  let reader: CredentialsReader;
  beforeAll(async () => {
    reader = await openCredentials();
  });
  afterAll(async () => reader?.[Symbol.asyncDispose]());

  test.each(rows)('$file gives what the reference implementation found in it', async ({ file, c2pa }) => {
    const { result, metadata, findings, log } = await reader.read(readFileSync(join(photos, file)), file);
    expect(result.error).toBeUndefined();
    expect(log).toEqual([]);
    if (c2pa === undefined || c2pa.manifests === 0) {
      expect({ metadata, findings }).toEqual({ metadata: { 'C2PA:ManifestCount': 0 }, findings: [] });
      return;
    }
    expect(metadata).toMatchObject({
      'C2PA:ManifestCount': c2pa.manifests,
      'C2PA:ActiveManifest': c2pa.active_manifest,
    });
    const codes = metadata['C2PA:Validation'] as string[]; // the plugin's own list
    expect(codes.filter(isFailure).sort()).toEqual([...(c2pa.validation_status ?? [])].sort());
  });
});

function isFailure(code: string): boolean {
  return !/(validated|match|insideValidity)$/.test(code) || code.endsWith('.mismatch');
}
