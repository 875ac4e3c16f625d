import { canonicalJson } from '@proofpix/contract/canonical-json';
import { attestationText, type Attestation } from './attestation.ts';
import { createChecksum, sha256Hex, type Checksum } from './checksum.ts';
import { attestationPath, manifestPath, type BundleFile, type Manifest } from './manifest.ts';
import { directoryEntry, endOfArchive, isBundlePath, localHeader, type Entry } from './zip-layout.ts';

/** A file that goes into a bundle. Opened twice: a ZIP says the checksum of what follows before it follows. */
export type NewFile = Omit<BundleFile, 'size' | 'sha256'> & {
  open: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** What it has to be, where that is known: bytes that the disk spoilt must not be sealed as evidence. */
  expected?: { size: number; sha256: string };
};

export type NewBundle = {
  head: Omit<Manifest, 'version' | 'files'>;
  files: AsyncIterable<NewFile>;
  attest: (manifestSha256: string) => Promise<Attestation>;
  checksum?: () => Checksum;
};

/** The bytes of a bundle, piece by piece: in memory are one piece, the list of files and one document at a time. */
export async function* writeBundle({
  head,
  files,
  attest,
  checksum = createChecksum,
}: NewBundle): AsyncGenerator<Uint8Array> {
  const listed: BundleFile[] = [];
  const entries: Entry[] = [];
  let offset = 0;

  async function* add(path: string, open: NewFile['open'], expected?: NewFile['expected']): AsyncGenerator<Uint8Array> {
    if (!isBundlePath(path)) throw new Error(`"${path}" is no path of a bundle.`);
    const measured = await measure(open, checksum());
    if (expected && (measured.sha256 !== expected.sha256 || measured.size !== expected.size))
      throw new Error(`The stored bytes of "${path}" are not those that were received.`);
    const entry = { path, size: measured.size, crc32: measured.crc32, offset };
    const header = localHeader(entry);
    yield header;
    let sent = 0;
    for await (const chunk of open()) {
      sent += chunk.length;
      yield chunk;
    }
    if (sent !== measured.size) throw new Error(`"${path}" changed while it was written.`);
    entries.push(entry);
    offset += header.length + measured.size;
    lastSha256 = measured.sha256;
  }
  let lastSha256 = '';

  for await (const { open, expected, ...file } of files) {
    yield* add(file.path, open, expected);
    listed.push({ ...file, size: entries.at(-1)?.size ?? 0, sha256: lastSha256 });
  }
  const manifest = encode(canonicalJson({ version: 1, ...head, files: listed }));
  yield* add(manifestPath, () => [manifest]);
  const attestation = encode(attestationText(await attest(sha256Hex(manifest))));
  yield* add(attestationPath, () => [attestation]);

  const start = offset;
  for (const entry of entries) {
    const bytes = directoryEntry(entry);
    offset += bytes.length;
    yield bytes;
  }
  yield endOfArchive({ count: entries.length, size: offset - start, offset: start });
}

/** A document as a file of a bundle. */
export function documentFile(file: Omit<NewFile, 'open'>, document: Parameters<typeof canonicalJson>[0]): NewFile {
  return textFile(file, canonicalJson(document));
}

export function textFile(file: Omit<NewFile, 'open'>, text: string | Uint8Array): NewFile {
  const bytes = typeof text === 'string' ? encode(text) : text;
  return { ...file, open: () => [bytes] };
}

async function measure(open: NewFile['open'], sum: Checksum) {
  for await (const chunk of open()) sum.update(chunk);
  return sum.done();
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
