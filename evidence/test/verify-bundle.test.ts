import { describe, expect, test } from 'vitest';
import { changeSentence } from '../src/change.ts';
import { readDirectory } from '../src/read-directory.ts';
import { verifyBundle, type Verdict } from '../src/verify-bundle.ts';
import { directoryEntry, endOfArchive, localHeader, type Entry } from '../src/zip-layout.ts';
import { makeBundle, makeKey, organisationId, sourceOf } from './make-bundle.ts';

const key = makeKey(organisationId);
const bundle = await makeBundle(key);
const entries = await readDirectory(sourceOf(bundle));
const verify = (bytes: Uint8Array, options = {}) => verifyBundle(sourceOf(bytes), options);
const changeOf = (verdict: Verdict) =>
  verdict.state === 'changed' ? [verdict.change.kind, verdict.change.path] : [verdict.state];

type Part = { path: string; content: Uint8Array };
const parts: Part[] = entries.map((entry) => {
  const start = entry.offset + localHeader(entry).length;
  return { path: entry.path, content: bundle.slice(start, start + entry.size) };
});

/** Lays files out as a bundle again, with every header right: what somebody does who knows the format. */
async function layOut(files: readonly Part[]): Promise<Uint8Array> {
  const { createChecksum } = await import('../src/checksum.ts');
  const made: Entry[] = [];
  const chunks: Uint8Array[] = [];
  let offset = 0;
  for (const { path, content } of files) {
    const sum = createChecksum();
    sum.update(content);
    const entry = { path, size: content.length, crc32: sum.done().crc32, offset };
    made.push(entry);
    chunks.push(localHeader(entry), content);
    offset += localHeader(entry).length + content.length;
  }
  const directory = Buffer.concat(made.map(directoryEntry));
  return new Uint8Array(
    Buffer.concat([...chunks, directory, endOfArchive({ count: made.length, size: directory.length, offset })]),
  );
}
const text = (value: string) => new TextEncoder().encode(value);

describe('a bundle', () => {
  test('that nobody touched passes, and says whose key signed it', async () => {
    const verdict = await verify(bundle);
    expect(verdict).toMatchObject({
      state: 'unchanged',
      summary: { kind: 'case', organisation: { name: 'Harbour' }, files: entries.length, bytes: bundle.length },
    });
    const fingerprint = verdict.state === 'unchanged' ? verdict.summary.fingerprint : '';
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    const spoken = fingerprint.toUpperCase().replaceAll(/(.{4})/g, '$1 ');
    expect((await verify(bundle, { key: spoken })).state).toBe('unchanged');
    expect(changeOf(await verify(bundle, { key: '00'.repeat(32) }))).toEqual(['key', null]);
    expect(Buffer.from(await layOut(parts)).equals(bundle)).toBe(true);
  });

  test('fails with any one byte changed, wherever it stands, with a sentence', async () => {
    let tried = 0;
    for (let position = 0; position < bundle.length; position += 1) {
      const changed = bundle.slice();
      changed[position] = (changed[position] ?? 0) ^ (1 << (position % 8));
      const verdict = await verify(changed);
      if (verdict.state !== 'changed') expect.fail(`byte ${position}: ${verdict.state}`);
      expect(changeSentence(verdict.change)).toMatch(/\.$/);
      tried += 1;
    }
    console.log(`evidence: ${tried} of ${bundle.length} bytes changed, one at a time, and each was found`);
    expect(tried).toBe(bundle.length);
  }, 300_000);

  test('fails when it is cut off or something is put before, between or behind', async () => {
    for (const length of [0, 1, 21, 22, 100, bundle.length - 23, bundle.length - 22, bundle.length - 1])
      expect((await verify(bundle.slice(0, length))).state, String(length)).not.toBe('unchanged');
    for (const extra of [text('x'), new Uint8Array(22), bundle])
      for (const at of [0, entries[2]?.offset ?? 0, bundle.length]) {
        const grown = Buffer.concat([bundle.slice(0, at), extra, bundle.slice(at)]);
        expect((await verify(new Uint8Array(grown))).state).toBe('changed');
      }
  });

  test('names the file whose content was exchanged, although every header fits again', async () => {
    for (const { path } of parts.slice(0, -2)) {
      const other = parts.map((part) => (part.path === path ? { path, content: text('other') } : part));
      expect(changeOf(await verify(await layOut(other)))).toEqual(['content', path]);
    }
  });

  test('names a file that was taken out, added or put elsewhere', async () => {
    const [first, second, ...rest] = parts;
    if (first === undefined || second === undefined) expect.fail('The bundle has files.');
    expect(changeOf(await verify(await layOut([first, ...rest])))).toEqual(['missing', second.path]);
    const added = { path: 'exhibits/0001/extra.txt', content: text('x') };
    expect(changeOf(await verify(await layOut([first, added, second, ...rest])))).toEqual(['unlisted', added.path]);
    expect(changeOf(await verify(await layOut([second, first, ...rest])))).toEqual(['order', second.path]);
    expect(changeOf(await verify(await layOut(parts.slice(0, -1))))[0]).toBe('missing');
    const twice = await layOut([first, first, second, ...rest]);
    expect(changeOf(await verify(twice))).toEqual(['directory', first.path]);
    for (const path of ['../x', '/x', 'a\\b', '.hidden', 'a//b', 'ä'])
      expect((await verify(await layOut([{ path, content: text('x') }, ...parts]))).state, path).toBe('changed');
  });

  test('names the attestation of another organisation, and one of another bundle', async () => {
    const foreign = await key.attest('00'.repeat(32));
    const stranger = makeKey('018f0000-0000-7000-8000-000000000002');
    const { attestationText } = await import('../src/attestation.ts');
    const { sha256Hex } = await import('../src/checksum.ts');
    const manifest = parts.at(-2)?.content ?? new Uint8Array();
    const withAttestation = async (attestation: typeof foreign) =>
      changeOf(
        await verify(
          await layOut([
            ...parts.slice(0, -1),
            { path: 'attestation.json', content: text(attestationText(attestation)) },
          ]),
        ),
      );
    expect(await withAttestation(foreign)).toEqual(['manifest', 'manifest.json']);
    expect(await withAttestation(await stranger.attest('00'.repeat(32)))).toEqual(['exchanged', 'attestation.json']);
    // Signed by a stranger over this very manifest: its organisation is not the one that the manifest names.
    expect((await withAttestation(await stranger.attest(sha256Hex(manifest))))[0]).toBe('contradiction');
    const [one, two] = [await key.attest(sha256Hex(manifest)), await stranger.attest(sha256Hex(manifest))];
    expect(await withAttestation({ ...one, signature: two.signature })).toEqual(['attestation', 'attestation.json']);
  });

  test('whose chain has a step less, or whose run tells another story, fails although it is signed anew', async () => {
    const shortened = await makeBundle(key, {
      custody: (custody) => ({ ...custody, steps: custody.steps.slice(1) }),
    });
    expect(changeOf(await verify(shortened))).toEqual(['chain', 'exhibits/0001/custody.json']);
    const renamed = await makeBundle(key, {
      custody: ({ steps, ...custody }) => ({ ...custody, steps: steps.map((step) => ({ ...step, plugin: 'c' })) }),
    });
    expect(changeOf(await verify(renamed))).toEqual(['chain', 'exhibits/0001/custody.json']);
    const fewer = await makeBundle(key, { run: (run) => ({ ...run, steps: [] }) });
    expect(changeOf(await verify(fewer))).toEqual(['contradiction', 'exhibits/0001/custody.json']);
    const otherFile = await makeBundle(key, { run: (run) => ({ ...run, files: [] }) });
    expect(changeOf(await verify(otherFile))).toEqual(['contradiction', 'exhibits/0002/run.json']);
  });

  test('is told apart from any other file', async () => {
    const zip = await layOut([{ path: 'a.txt', content: text('x') }]);
    for (const bytes of [text('hello'), new Uint8Array(1000), zip])
      expect((await verify(bytes)).state).toBe('no-bundle');
  });

  test('has the form for large archives where it is one', () => {
    const large = directoryEntry({ path: 'a', size: 1, crc32: 0, offset: 2 ** 33 });
    expect(large.length).toBe(46 + 1 + 12);
    expect(endOfArchive({ count: 70_000, size: 1, offset: 1 }).length).toBe(98);
  });
});
