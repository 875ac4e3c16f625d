import { readAttestation, type ReadAttestation } from './attestation.ts';
import { Changed, NoBundle, type Change } from './change.ts';
import { checkExhibit } from './check-exhibit.ts';
import { createChecksum, sha256Hex, type Checksum } from './checksum.ts';
import { attestationPath, manifestPath, readManifest, type BundleFile, type Manifest } from './manifest.ts';
import { firstDifference, read, readDirectory, type ByteSource } from './read-directory.ts';
import { localHeader, type Entry } from './zip-layout.ts';

/** What a whole bundle says about itself. */
export type BundleSummary = Pick<Manifest, 'kind' | 'organisation' | 'case' | 'exhibits' | 'createdBy' | 'period'> & {
  files: number;
  bytes: number;
  /** When it was signed, by the clock of the server. */
  signedAt: string;
  /** Of the key that signed it. */
  fingerprint: string;
};

export type Verdict =
  | { state: 'unchanged'; summary: BundleSummary }
  | { state: 'changed'; change: Change }
  | { state: 'no-bundle'; reason: string };

export type VerifyOptions = {
  /** Fingerprint that the key must have. */
  key?: string;
  checksum?: () => Checksum;
  onProgress?: (bytes: number) => void;
  signal?: AbortSignal;
};

/** Strict, and with a byte order mark kept: a text must stand for one sequence of bytes only, since texts are hashed. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const chunkBytes = 1024 * 1024;
/** Documents are read into memory; a run of a server has far less. */
const maximumDocumentBytes = 128 * 1024 * 1024;
const maximumAttestationBytes = 4_096;

/**
 * Whether a bundle is, byte for byte, the one that was signed. Reads it once from the beginning to the end, in pieces;
 * names the first thing that is not as it was.
 */
export async function verifyBundle(source: ByteSource, options: VerifyOptions = {}): Promise<Verdict> {
  try {
    return { state: 'unchanged', summary: await verify(source, options) };
  } catch (error) {
    if (error instanceof Changed) return { state: 'changed', change: error.change };
    if (error instanceof NoBundle) return { state: 'no-bundle', reason: error.message };
    throw error;
  }
}

async function verify(source: ByteSource, options: VerifyOptions): Promise<BundleSummary> {
  const entries = await readDirectory(source);
  const files = entries.slice(0, -2);
  const [manifestEntry, attestationEntry] = entries.slice(-2);
  const absent = [manifestPath, attestationPath].filter((path) => !entries.some((entry) => entry.path === path));
  if (absent.length === 2) throw new NoBundle('The file is a ZIP archive, but no evidence bundle of ProofPix.');
  if (absent[0] !== undefined) throw new Changed({ kind: 'missing', path: absent[0] });
  if (manifestEntry?.path !== manifestPath || attestationEntry?.path !== attestationPath)
    throw new Changed({ kind: 'order', path: attestationPath });

  const reader = createReader(source, options);
  const signed = readAttestation(await reader.text(attestationEntry, maximumAttestationBytes));
  if (signed === null) throw new Changed({ kind: 'attestation', path: attestationPath });
  const manifest = await readSigned(reader, manifestEntry, signed);

  const { byExhibit, texts } = await compareFiles(reader, files, manifest);
  for (const { number, runId } of manifest.exhibits) checkExhibit({ runId, files: byExhibit.get(number) ?? [], texts });
  // Last, because it is the dearest and says least about where: without it nothing above counts for anything.
  if (!fits(signed)) throw new Changed({ kind: 'attestation', path: attestationPath });
  if (options.key !== undefined && plainKey(options.key) !== signed.fingerprint) throw new Changed({ kind: 'key' });
  const { kind, organisation, case: ofCase, exhibits, createdBy, period } = manifest;
  return {
    kind,
    organisation,
    case: ofCase,
    exhibits,
    createdBy,
    ...(period === undefined ? {} : { period }),
    files: entries.length,
    bytes: source.size,
    signedAt: signed.time,
    fingerprint: signed.fingerprint,
  };
}

/** As people copy it: with spaces or colons, in either case. */
function plainKey(key: string): string {
  return key.replaceAll(/[\s:]/g, '').toLowerCase();
}

function fits(signed: ReadAttestation): boolean {
  try {
    return signed.signatureFits();
  } catch {
    return false; // a key that is no point of the curve
  }
}

async function readSigned(reader: Reader, entry: Entry, signed: ReadAttestation): Promise<Manifest> {
  const text = await reader.text(entry, maximumDocumentBytes);
  const manifest = readManifest(text);
  if (sha256Hex(text) !== signed.manifestSha256) {
    // Which of the two was changed, the signature tells: it is over the statement.
    if (!fits(signed)) throw new Changed({ kind: 'attestation', path: attestationPath });
    const foreign = manifest !== null && manifest.organisation.id !== signed.organisationId;
    throw foreign
      ? new Changed({ kind: 'exchanged', path: attestationPath })
      : new Changed({ kind: 'manifest', path: manifestPath });
  }
  if (manifest === null || manifest.organisation.id !== signed.organisationId)
    throw new Changed({
      kind: 'contradiction',
      path: manifestPath,
      detail: 'It does not have the form of a manifest.',
    });
  return manifest;
}

async function compareFiles(reader: Reader, entries: readonly Entry[], { files }: Manifest) {
  const texts = new Map<string, string>();
  const listed = new Set(files.map(({ path }) => path));
  const found = new Set(entries.map(({ path }) => path));
  for (let index = 0; index < Math.max(entries.length, files.length); index += 1) {
    const [entry, file] = [entries[index], files[index]];
    if (file !== undefined && !found.has(file.path)) throw new Changed({ kind: 'missing', path: file.path });
    if (entry !== undefined && !listed.has(entry.path))
      throw new Changed({ kind: 'unlisted', path: entry.path, byte: entry.offset });
    if (entry === undefined || file === undefined || entry.path !== file.path)
      throw new Changed({ kind: 'order', path: entry?.path ?? file?.path ?? null, byte: entry?.offset ?? null });
    if (entry.size !== file.size) throw new Changed({ kind: 'content', path: file.path });
    const isDocument = file.role === 'run' || file.role === 'custody';
    if (isDocument) texts.set(file.path, await reader.text(entry, maximumDocumentBytes, file.sha256));
    else await reader.check(entry, file.sha256);
  }
  return { byExhibit: Map.groupBy(files, ({ exhibit }: BundleFile) => exhibit ?? 0), texts };
}

type Reader = ReturnType<typeof createReader>;

/** Reads entries: the header before one is made anew and compared, its content summed up. */
function createReader(source: ByteSource, { checksum = createChecksum, onProgress, signal }: VerifyOptions) {
  let done = 0;

  async function* content(entry: Entry): AsyncGenerator<Uint8Array> {
    const header = localHeader(entry);
    const different = firstDifference(header, await read(source, entry.offset, header.length));
    if (different !== null) throw new Changed({ kind: 'header', path: entry.path, byte: entry.offset + different });
    const start = entry.offset + header.length;
    for (let at = 0; at < entry.size; at += chunkBytes) {
      signal?.throwIfAborted();
      yield await read(source, start + at, Math.min(chunkBytes, entry.size - at));
    }
    done += header.length + entry.size;
    onProgress?.(done);
  }

  async function check(entry: Entry, sha256?: string, keep?: (chunk: Uint8Array) => void): Promise<void> {
    const sum = checksum();
    for await (const chunk of content(entry)) {
      sum.update(chunk);
      keep?.(chunk);
      onProgress?.(done);
    }
    const found = sum.done();
    if (found.crc32 !== entry.crc32 || (sha256 !== undefined && found.sha256 !== sha256))
      throw new Changed({ kind: 'content', path: entry.path });
  }

  return {
    check: (entry: Entry, sha256?: string) => check(entry, sha256),
    async text(entry: Entry, maximum: number, sha256?: string): Promise<string> {
      if (entry.size > maximum) throw new Changed({ kind: 'content', path: entry.path, detail: 'It is too large.' });
      const bytes = new Uint8Array(entry.size);
      let filled = 0;
      await check(entry, sha256, (chunk) => {
        bytes.set(chunk, filled);
        filled += chunk.length;
      });
      try {
        return decoder.decode(bytes);
      } catch {
        throw new Changed({ kind: 'content', path: entry.path });
      }
    },
  };
}
