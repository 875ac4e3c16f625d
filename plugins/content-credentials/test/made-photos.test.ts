import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '@proofpix/contract/json';
import { makePhoto } from '@proofpix/samples/make-photo';
import { openCredentials, type CredentialsReader } from './open-credentials.ts';
import { box, manifestLabel, manifestOf, signPhoto, type SignOptions } from './sign-photo.ts';
import { makeSigner } from './write-der.ts';

let reader: CredentialsReader;
beforeAll(async () => {
  reader = await openCredentials();
});
afterAll(async () => reader?.[Symbol.asyncDispose]());

const photo = makePhoto({ exif: { Make: 'Maker' } });

async function read(bytes: Uint8Array, name?: string) {
  const { result, metadata, findings, log } = await reader.read(bytes, name);
  expect({ error: result.error, log }).toEqual({ error: undefined, log: [] });
  return { metadata, findings, codes: codesOf(metadata), titles: findings.map(({ title }) => title) };
}

const codesOf = (metadata: Record<string, Json>) => (metadata['C2PA:Validation'] ?? []) as string[]; // the plugin's own list
const failuresOf = (codes: string[]) => codes.filter((code) => !/(\.validated|\.match)$/.test(code));
const notTheFile = 'The file is not the one that its credentials were made for';

describe.each(['jpeg', 'png', 'webp'] as const)('%s', (container) => {
  test('signed by a key of our own is read, checked, and attributed to whoever the certificate names', async () => {
    const signed = signPhoto(makePhoto({ format: container, exif: { Make: 'Maker' } }), { container });
    const { metadata, findings } = await read(signed, `photo.${container}`);
    expect(metadata).toEqual({
      'C2PA:ManifestCount': 1,
      'C2PA:ActiveManifest': manifestLabel,
      'C2PA:Title': 'lake.jpg',
      'C2PA:ClaimGenerator': 'ProofPix tests/1.0',
      'C2PA:Issuer': 'Lake Press',
      'C2PA:SignatureAlgorithm': 'ES256',
      'C2PA:CertificateSubject': 'O=Lake Press, CN=Lake Press signing key',
      'C2PA:CertificateIssuer': 'O=Lake Press, CN=Lake Press signing key',
      'C2PA:CertificateFrom': '2025-01-01T00:00:00Z',
      'C2PA:CertificateUntil': '2035-01-01T00:00:00Z',
      'C2PA:Actions': ['c2pa.created', 'c2pa.cropped'],
      'C2PA:Assertions': ['c2pa.actions', 'c2pa.hash.data'],
      'C2PA:Validation': ['claimSignature.validated', 'assertion.hashedURI.match', 'assertion.dataHash.match'],
    });
    expect(findings).toEqual([
      {
        severity: 'note',
        confidence: 1,
        question: 'origin',
        title: 'Signed as Lake Press, and not changed since',
        explanation: expect.stringContaining('was not judged'),
        evidence: expect.objectContaining({ algorithm: 'ES256', signedAt: null }),
      },
    ]);
  });

  test('with one byte of the picture changed is not the file that was signed', async () => {
    const signed = signPhoto(makePhoto({ format: container }), { container });
    const at = container === 'webp' ? 60 : signed.length - 30;
    signed[at] = (signed[at] ?? 0) ^ 1;
    const { codes, titles } = await read(signed);
    expect(failuresOf(codes)).toEqual(['assertion.dataHash.mismatch']);
    expect(titles).toEqual([notTheFile]);
  });
});

test('one byte changed anywhere is noticed, except in the few that carry nothing', async () => {
  const signed = signPhoto(photo);
  const unnoticed: number[] = [];
  for (let at = 0; at < signed.length; at += at < 2_600 ? 1 : 13) {
    const changed = Buffer.from(signed);
    changed[at] = (changed[at] ?? 0) ^ 0x04;
    const { metadata, titles } = await read(changed);
    // Credentials that are no longer found are gone: nobody can tell that they were there.
    const gone = metadata['C2PA:ManifestCount'] === 0;
    if (!gone && titles.some((title) => title.startsWith('Signed as'))) unnoticed.push(at);
  }
  // The number of the box in the JPEG segment, and the flags of the boxes around: no reader takes anything from them.
  const carriesNothing = (at: number) => at === 8 || at === 9 || signed.subarray(0, at).subarray(-12).equals(kindEnd);
  expect(
    unnoticed
      .map((at) => [at, carriesNothing(at), signed.subarray(at - 12, at + 12).toString('latin1')])
      .filter(([, fine]) => !fine),
  ).toEqual([]);
}, 120_000);

const kindEnd = Buffer.from('00110010800000aa00389b71', 'hex');

describe('what the signer left out of the hash is said', () => {
  test.each<[string, SignOptions['exclusions'], string[], string]>([
    [
      'the whole file',
      (own) => [{ start: 0, length: own.length + photo.length }],
      ['assertion.dataHash.additionalExclusionsPresent'],
      'The signature leaves out bytes of the picture itself',
    ],
    [
      'the picture',
      (own) => [own, { start: own.start + own.length + 600, length: 500 }],
      ['assertion.dataHash.additionalExclusionsPresent'],
      'The signature leaves out bytes of the picture itself',
    ],
    [
      'overlapping ranges',
      (own) => [own, { start: own.start + 1, length: own.length }],
      ['assertion.dataHash.malformed'],
      notTheFile,
    ],
    [
      'ranges out of order',
      (own) => [{ start: own.start + own.length + 5, length: 5 }, own],
      ['assertion.dataHash.malformed'],
      notTheFile,
    ],
    [
      'more than there is',
      (own) => [own, { start: own.start + own.length, length: 2 ** 40 }],
      ['assertion.dataHash.mismatch'],
      notTheFile,
    ],
    [
      'numbers beyond all files',
      (own) => [own, { start: 2n ** 63n, length: 2n ** 63n }],
      ['assertion.dataHash.malformed'],
      notTheFile,
    ],
    [
      'thousands of ranges',
      () => Array.from({ length: 2_000 }, (_, start) => ({ start, length: 0 })),
      ['assertion.dataHash.malformed'],
      notTheFile,
    ],
  ])('%s', async (_, exclusions, expected, title) => {
    const { codes, titles } = await read(signPhoto(photo, { exclusions }));
    expect(failuresOf(codes)).toEqual(expected);
    expect(titles).toHaveLength(1);
    expect(titles[0]).toContain(title);
  });

  test('so that changing bytes which were left out never passes as unchanged', async () => {
    const exclusions: SignOptions['exclusions'] = (own) => [own, { start: own.start + own.length + 600, length: 500 }];
    const signed = signPhoto(photo, { exclusions });
    const at = signed.length - photo.length + 700;
    signed.fill(0x11, at, at + 50);
    const { codes, findings } = await read(signed);
    expect(codes).toContain('assertion.dataHash.match');
    expect(findings.map(({ severity, question }) => ({ severity, question }))).toEqual([
      { severity: 'strong', question: 'edited' },
    ]);
  });
});

describe('statements', () => {
  test('that the claim does not name are said, and nothing in them is believed', async () => {
    const added = { label: 'c2pa.actions__1', content: { actions: [{ action: 'c2pa.forged' }] }, declared: false };
    const { metadata, codes, titles } = await read(signPhoto(photo, { assertions: [added] }));
    expect(metadata['C2PA:Actions']).toEqual(['c2pa.created', 'c2pa.cropped']);
    expect(failuresOf(codes)).toEqual(['assertion.undeclared']);
    expect(titles).toEqual(['Parts of the credentials are not those that were signed']);
  });

  test('that stand there twice under one name, or that are missing, are said', async () => {
    const twin = { label: 'c2pa.actions', content: { actions: [{ action: 'c2pa.forged' }] }, declared: false };
    expect(failuresOf((await read(signPhoto(photo, { assertions: [twin] }))).codes)).toEqual(['assertion.undeclared']);
    const claim: SignOptions['claim'] = (content) => ({
      ...content,
      assertions: [
        ...(content.assertions as unknown[]), // as the signer wrote them
        { url: 'self#jumbf=c2pa.assertions/c2pa.gone', hash: Buffer.alloc(32) },
        { url: 'https://example.org/elsewhere', hash: Buffer.alloc(32) },
      ],
    });
    expect(failuresOf((await read(signPhoto(photo, { claim }))).codes)).toEqual(['assertion.missing']);
  });

  test('that tie the claim to the file are needed; one of a kind that is not read is said to be unread', async () => {
    const none = { label: 'c2pa.other', content: {} };
    expect(failuresOf((await read(signPhoto(photo, { binding: none }))).codes)).toEqual(['claim.hardBindings.missing']);
    const boxes = { label: 'c2pa.hash.boxes', content: { boxes: [] } };
    const unread = await read(signPhoto(photo, { binding: boxes }));
    expect(failuresOf(unread.codes)).toEqual(['hardBinding.notChecked']);
    expect(unread.titles).toEqual(['Signed as Lake Press; whether the file was changed was not checked']);
  });

  test('that a model made the picture are a finding, as long as the signature fits', async () => {
    const digitalSourceType = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';
    const actions = [{ action: 'c2pa.created', digitalSourceType, softwareAgent: { name: 'Painter', version: '2' } }];
    const signed = signPhoto(photo, { actions });
    const { metadata, findings } = await read(signed);
    expect(metadata['C2PA:DigitalSourceType']).toBe(digitalSourceType);
    expect(findings[1]).toMatchObject({
      severity: 'strong',
      title: 'The credentials name a generative model as a source of the picture',
      evidence: { program: 'Painter 2' },
    });
    signed[signed.length - 30] = (signed[signed.length - 30] ?? 0) ^ 1;
    expect((await read(signed)).titles).toEqual([notTheFile]);
  });

  test('about earlier pictures are followed: their manifests are checked, and an update speaks for its parent', async () => {
    const parent = 'urn:uuid:parent';
    const own = { start: 0, length: 0 };
    const earlier = (label: string) => manifestOf(createHash('sha256').update('').digest(), own, { label });
    const good = earlier(parent);
    const ingredient = (hash: Buffer, relationship = 'componentOf') => ({
      label: 'c2pa.ingredient',
      content: {
        'dc:title': 'before.jpg',
        'dc:format': 'image/jpeg',
        relationship,
        c2pa_manifest: { url: `self#jumbf=/c2pa/${parent}`, hash },
      },
    });
    const hash = createHash('sha256').update(good.subarray(8)).digest();
    const fine = await read(signPhoto(photo, { earlier: [good], assertions: [ingredient(hash)] }));
    expect(fine.codes).toContain('ingredient.manifest.validated');
    expect(fine.metadata).toMatchObject({ 'C2PA:ManifestCount': 2, 'C2PA:Ingredients': ['before.jpg (componentOf)'] });
    const other = await read(signPhoto(photo, { earlier: [good], assertions: [ingredient(Buffer.alloc(32))] }));
    expect(other.titles).toEqual(['The history of the photo does not fit together']);
    const update = await read(
      signPhoto(photo, { earlier: [good], isUpdate: true, assertions: [ingredient(hash, 'parentOf')] }),
    );
    // The parent was made for an empty file: what is compared is its hash, over this one.
    expect(update.titles).toEqual([notTheFile]);
  });
});

describe('signatures', () => {
  test('by another key than that of the certificate do not fit', async () => {
    const { certificate } = makeSigner();
    const { titles } = await read(signPhoto(photo, { signer: { ...makeSigner(), certificate } }));
    expect(titles).toEqual(['The signature does not fit the credentials']);
  });

  test('with another algorithm, no certificate or nonsense for one cannot be checked', async () => {
    const { certificate } = makeSigner();
    for (const [header, code] of [
      [
        new Map<number, unknown>([
          [1, -65535],
          [33, certificate],
        ]),
        'algorithm.unsupported',
      ],
      [
        new Map<number, unknown>([
          [1, -37],
          [33, certificate],
        ]),
        'signingCredential.invalid',
      ],
      [new Map<number, unknown>([[1, -7]]), 'signingCredential.invalid'],
      [
        new Map<number, unknown>([
          [1, -7],
          [33, Buffer.alloc(3_000, 0x30)],
        ]),
        'signingCredential.invalid',
      ],
    ] as const) {
      const { codes, titles } = await read(signPhoto(photo, { protectedHeader: header }));
      expect(failuresOf(codes)).toEqual([code]);
      expect(titles).toEqual(['The credentials cannot be checked completely']);
    }
  });

  test('in a name that tries to look like another are shown with what cannot be seen in them', async () => {
    const signer = makeSigner({ organisation: 'Lake\u202egpj\u0000 Press'.padEnd(400, 'x') });
    const { findings } = await read(signPhoto(photo, { signer }));
    expect(findings[0]?.title).toContain('Signed as Lake\ufffdgpj\ufffd Press');
    expect(findings[0]?.title.length).toBeLessThan(200);
  });
});

test('a photo of 200 MB is hashed in ranges, within time and memory', async () => {
  const size = 200 * 1024 * 1024;
  const filler = Buffer.alloc(1024 * 1024, 0x55);
  // The beginning alone is in memory: behind it, the file is all the same.
  const head = photo;
  const fake = signPhoto(head, {
    hash: (content) => content,
  });
  const own = fake.length - head.length;
  const hash = createHash('sha256').update(head.subarray(0, 2)).update(head.subarray(2));
  for (let at = fake.length; at < size; at += filler.length)
    hash.update(filler.subarray(0, Math.min(filler.length, size - at)));
  const digest = hash.digest();
  const signed = signPhoto(head, { hash: (content) => ({ ...content, hash: digest }) });
  expect(signed.length - head.length).toBe(own);
  const { result, metadata } = await reader.readRanges(size, (offset, length) => {
    const bytes = Buffer.alloc(length, 0x55);
    if (offset < signed.length) bytes.set(signed.subarray(offset, offset + length));
    return bytes;
  });
  expect(result.error).toBeUndefined();
  expect(codesOf(metadata)).toContain('assertion.dataHash.match');
  console.log(`content-credentials: 200 MB in ${Math.round(result.milliseconds)} ms`);
}, 60_000);

test('credentials in an ISO media file are read; whether the file was changed is said to be unchecked', async () => {
  const binding = { label: 'c2pa.hash.bmff.v2', content: { exclusions: [], alg: 'sha256', hash: Buffer.alloc(32) } };
  const store = manifestOf(Buffer.alloc(32), { start: 0, length: 0 }, { binding });
  const whole = Buffer.concat([
    Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex'),
    Buffer.alloc(4),
    Buffer.from('manifest\0'),
    Buffer.alloc(8),
    superStore(store),
  ]);
  const file = Buffer.concat([
    box('ftyp', Buffer.from('heic\0\0\0\0heic')),
    box('uuid', whole),
    box('mdat', Buffer.alloc(50)),
  ]);
  const { metadata, titles } = await read(file, 'photo.heic');
  expect(metadata['C2PA:ManifestCount']).toBe(1);
  expect(titles).toEqual(['Signed as Lake Press; whether the file was changed was not checked']);
});

function superStore(manifest: Buffer): Buffer {
  const kind = Buffer.concat([Buffer.from('c2pa'), kindEnd, Buffer.of(3), Buffer.from('c2pa\0')]);
  return box('jumb', Buffer.concat([box('jumd', kind), manifest]));
}
