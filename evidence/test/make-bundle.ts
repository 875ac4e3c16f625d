import { generateKeyPairSync, sign } from 'node:crypto';
import { statementText } from '../src/attestation.ts';
import { sha256Hex } from '../src/checksum.ts';
import { chainCustody, type Custody } from '../src/custody.ts';
import { exhibitFolder, safePath } from '../src/manifest.ts';
import type { ByteSource } from '../src/read-directory.ts';
import { documentFile, textFile, writeBundle, type NewFile } from '../src/write-bundle.ts';

export function makeKey(organisationId: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return {
    organisationId,
    attest: async (manifestSha256: string) => {
      const statement = statementText({ organisationId, manifestSha256, time: '2026-11-30T10:00:00.000Z' });
      return {
        statement,
        signature: sign(null, Buffer.from(statement), privateKey).toString('base64'),
        publicKey: spki,
      };
    },
  };
}

export const organisationId = '018f0000-0000-7000-8000-000000000001';
const digest = 'ab'.repeat(32);

/** Two exhibits, the second with an added file; small, so that each byte can be tried. */
export function makeBundle(
  key = makeKey(organisationId),
  change: {
    custody?: (custody: Custody) => Custody;
    run?: (run: Record<string, unknown>) => object;
    /** What its maker calls the organisation, the case, himself and the added file. */
    called?: string;
  } = {},
): Promise<Uint8Array> {
  async function* files(): AsyncGenerator<NewFile> {
    yield textFile({ path: 'README.txt', role: 'readme' }, 'read me');
    for (const number of [1, 2]) {
      const folder = exhibitFolder(number);
      const photo = new TextEncoder().encode(`photo ${number}`);
      const file = { name: `${number}.jpg`, type: 'image/jpeg', size: photo.length, sha256: sha256Hex(photo) };
      const added = new TextEncoder().encode('added');
      const derived = { name: change.called ?? 'a/ä.txt', size: added.length, sha256: sha256Hex(added) };
      const runId = `run-${number}`;
      const said = {
        hook: 'file:process',
        plugin: 'a',
        version: '1.0.0',
        digest,
        ok: true,
        inputDigest: digest,
        outputDigest: digest,
      };
      const steps = [said, { ...said, hook: 'data:analyze', plugin: 'b' }];
      const custody = chainCustody(
        { runId, file, receivedAt: '2026', startedAt: null, startedBy: { name: 'Ada' } },
        steps.map((step, position) => ({
          ...step,
          position,
          error: null,
          hostCalls: 1,
          bytesRead: 2,
          bytesWritten: 0,
          files: [],
          milliseconds: 1.5,
          finishedAt: '2026',
        })),
      );
      const run = { id: runId, file, steps, files: number === 2 ? [derived] : [] };
      const about = { exhibit: number };
      yield textFile(
        { path: safePath(`${folder}/photo`, 0, file.name), role: 'photo', name: file.name, ...about },
        photo,
      );
      // Documents of a test are JSON.
      yield documentFile({ path: `${folder}/run.json`, role: 'run', ...about }, (change.run?.(run) ?? run) as never);
      yield documentFile(
        { path: `${folder}/custody.json`, role: 'custody', ...about },
        change.custody?.(custody) ?? custody,
      );
      yield documentFile({ path: `${folder}/notes.json`, role: 'notes', ...about }, []);
      if (number === 2)
        yield textFile(
          { path: safePath(`${folder}/files`, 0, derived.name), role: 'derived', name: derived.name, ...about },
          added,
        );
    }
  }
  return collect(
    writeBundle({
      head: {
        kind: 'case',
        organisation: { id: organisationId, name: change.called ?? 'Harbour' },
        case: { id: 'case', title: change.called ?? 'Storm', reference: change.called ?? null },
        createdAt: '2026',
        createdBy: { name: change.called ?? 'Ada' },
        exhibits: [1, 2].map((number) => ({ number, runId: `run-${number}`, name: `${number}.jpg` })),
      },
      files: files(),
      attest: key.attest,
    }),
  );
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return new Uint8Array(Buffer.concat(parts));
}

export function sourceOf(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: async (offset, length) => bytes.slice(offset, offset + length) };
}
