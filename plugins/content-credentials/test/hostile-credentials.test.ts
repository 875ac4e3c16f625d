import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePhoto } from '@proofpix/samples/make-photo';
import { openCredentials, type CredentialsReader } from './open-credentials.ts';
import { box, frames, insert, manifestOf, signPhoto, superbox } from './sign-photo.ts';

let reader: CredentialsReader;
beforeAll(async () => {
  reader = await openCredentials();
});
afterAll(async () => reader?.[Symbol.asyncDispose]());

const photo = makePhoto({ exif: { Make: 'Maker' } });
const unreadable = 'The photo carries Content Credentials that cannot be read';

/** A photo with these bytes where its credentials belong. */
const carrying = (store: Buffer) => insert(photo, 2, frames.jpeg(store), 'jpeg');

async function read(bytes: Uint8Array) {
  const { result, findings, log } = await reader.read(bytes);
  expect({ error: result.error, log }).toEqual({ error: undefined, log: [] });
  return findings;
}

function nested(depth: number): Buffer {
  let inner = superbox('c2ma', 'deepest');
  for (let level = 0; level < depth; level += 1) inner = superbox('c2ma', 'level', inner);
  return superbox('c2pa', 'c2pa', inner);
}

/** A manifest whose claim is any bytes. */
function withClaim(bytes: Uint8Array): Buffer {
  return superbox('c2pa', 'c2pa', superbox('c2ma', 'label', superbox('c2cl', 'c2pa.claim', box('cbor', bytes))));
}

const lying = nested(1);
// Where the first box inside says how long it is.
lying.writeUInt32BE(0xfffffff0, 38);

test.each<[string, Buffer, string]>([
  ['boxes a thousand deep', nested(1_000), 'more than 8 deep'],
  [
    '100,000 boxes',
    superbox('c2pa', 'c2pa', ...Array.from({ length: 100_000 }, () => box('free', Buffer.alloc(0)))),
    'more than 4000 boxes',
  ],
  [
    '300 manifests',
    superbox('c2pa', 'c2pa', ...Array.from({ length: 300 }, (_, index) => superbox('c2ma', `m${index}`))),
    'more than 100 manifests',
  ],
  ['a box that says it is larger than the file', lying, 'larger than what it is in'],
  ['a label without an end', superbox('c2pa', 'c2pa'.padEnd(5_000, 'x')), 'label has no end'],
  ['no manifest', superbox('c2pa', 'c2pa'), 'holds no manifest'],
  [
    'two manifests of one name',
    superbox('c2pa', 'c2pa', superbox('c2ma', 'a'), superbox('c2ma', 'a')),
    'the same label',
  ],
  ['arrays in arrays', withClaim(Buffer.alloc(100_000, 0x81)), 'more than 32 deep'],
  ['tags before tags', withClaim(Buffer.alloc(100_000, 0xc1)), 'more than 32 deep'],
  ['endless arrays', withClaim(Buffer.alloc(100_000, 0x9f)), 'more than 32 deep'],
  [
    '100,000 items',
    withClaim(Buffer.concat([Buffer.of(0x9a, 0, 1, 0x86, 0xa0), Buffer.alloc(100_000, 1)])),
    'more than 50000 items',
  ],
  ['an array of 2^63 items', withClaim(Buffer.from('9b7fffffffffffffff01', 'hex')), ''],
  ['a text of 2^62 bytes', withClaim(Buffer.from('7b4000000000000000', 'hex')), ''],
  ['a map that is none', withClaim(Buffer.of(0x01)), 'not a map'],
  ['a key that stands there twice', withClaim(Buffer.from('a2616101616102', 'hex')), 'repeat map key'],
])('%s: the credentials cannot be read, and that is said', async (_, store, reason) => {
  const findings = await read(carrying(store));
  expect(findings.map(({ title }) => title)).toEqual([unreadable]);
  expect(JSON.stringify(findings[0]?.evidence)).toContain(reason);
});

test('parts that are missing or out of order cannot be read', async () => {
  const large = superbox('c2pa', 'c2pa', superbox('c2ma', 'label', box('free', Buffer.alloc(200_000))));
  const framed = frames.jpeg(large);
  const part = 12 + 8 + 60_000;
  const withoutSecond = Buffer.concat([framed.subarray(0, part), framed.subarray(2 * part)]);
  const findings = await read(insert(photo, 2, withoutSecond, 'jpeg'));
  expect(findings.map(({ title }) => title)).toEqual([unreadable]);
});

test('credentials of 40 MB are left alone, and said to be', async () => {
  const store = superbox('c2pa', 'c2pa', superbox('c2ma', 'label', box('free', Buffer.alloc(40 * 1024 * 1024))));
  const png = makePhoto({ format: 'png' });
  const [jpegFindings, pngFindings] = [
    await read(carrying(store)),
    await read(insert(png, 33, frames.png(store), 'png')),
  ];
  for (const findings of [jpegFindings, pngFindings]) {
    expect(findings.map(({ title }) => title)).toEqual([unreadable]);
    expect(JSON.stringify(findings[0]?.evidence)).toContain('at most 16 MB');
  }
});

test('a second store is said, and the first one counts', async () => {
  const signed = signPhoto(photo);
  const twice = signPhoto(signed);
  const titles = (await read(twice)).map(({ title }) => title);
  expect(titles).toContain('The photo carries a second set of Content Credentials');
});

test('99 manifests with signatures, one inside the other as ingredients, end in time', async () => {
  const own = { start: 0, length: 0 };
  const earlier = Array.from({ length: 99 }, (_, index) => manifestOf(Buffer.alloc(32), own, { label: `m${index}` }));
  const findings = await read(signPhoto(photo, { earlier }));
  expect(findings.map(({ title }) => title)).toEqual(['Signed as Lake Press, and not changed since']);
});

test('noise in real credentials never makes the plugin fail', async () => {
  const signed = signPhoto(photo);
  let state = 7;
  const random = (below: number) => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % below;
  for (let round = 0; round < 300; round += 1) {
    const noisy = Buffer.from(signed);
    for (let byte = 0; byte < 1 + (round % 12); byte += 1) noisy[20 + random(1_800)] = random(256);
    await read(noisy.subarray(0, round % 3 === 0 ? random(noisy.length) : noisy.length));
  }
});
