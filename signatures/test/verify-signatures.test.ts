import { describe, expect, test } from 'vitest';
import { signEnvelope } from '../src/dsse.ts';
import { makeSigningKey } from '../src/keys.ts';
import { readSignatureFile, writeSignatureFile, type SignatureFile } from '../src/signature-file.ts';
import { payloadType, signAsMarketplace, signAsPublisher } from '../src/statement.ts';
import { verifySignatures } from '../src/verify-signatures.ts';
import { acme, day, judge, marketplace, ofMarketplace, signedFile, stranger, subject, trusted } from './make-signed.ts';

/** A copy in which the publisher's envelope is another. */
function changed(
  file: SignatureFile,
  change: (envelope: NonNullable<SignatureFile['publisher']>) => unknown,
): () => SignatureFile {
  return () => {
    const copy = structuredClone(file);
    if (copy.publisher === null) throw new Error('There is no signature of a publisher.');
    change(copy.publisher);
    return readSignatureFile(Buffer.from(JSON.stringify(copy)));
  };
}

/** Another text that is as long: one bit of the byte is flipped. */
function flipped(base64: string, at: number): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('base64');
}

const says = (text: string) => signEnvelope(payloadType, Buffer.from(text), [acme]);
const payloadOf = (file: SignatureFile) => Buffer.from(file.publisher?.payload ?? '', 'base64').toString();
const reading = (text: string) => () => readSignatureFile(Buffer.from(text));

describe('a signature of its publisher', () => {
  test('is accepted, and says who signed when', () => {
    const keys = [trusted(acme), ofMarketplace()];
    expect(verifySignatures({ file: signedFile(), package: subject, keys, now: day(20) })).toEqual({
      state: 'signed',
      publisher: 'acme',
      keyIds: [acme.id],
      signedAt: day(10).toISOString(),
      countersigned: null,
    });
  });

  test('of another package, version or plugin is for another package', () => {
    for (const other of [{ digest: 'cd'.repeat(32) }, { version: '1.2.1' }, { id: 'exif-writer' }])
      expect(judge(signedFile(), { about: { ...subject, ...other } }), JSON.stringify(other)).toBe('subject_mismatch');
  });

  test('by a key that nobody knows, or of another publisher or kind, is refused', () => {
    expect(judge(signedFile({ key: stranger }))).toBe('key_unknown');
    expect(judge(signedFile(), { keys: [trusted(acme, { publisher: 'other' })] })).toBe('publisher_mismatch');
    expect(judge(signedFile({ key: marketplace }))).toBe('key_role');
  });

  test('that is changed in any one place is refused: payload, signature, key, type', () => {
    const file = signedFile();
    const length = payloadOf(file).length;
    for (let at = 0; at < length; at += 1) {
      const other = changed(file, (envelope) => (envelope.payload = flipped(envelope.payload, at)));
      expect(judge(other), `byte ${at} of the payload`).toBe('signature_wrong');
    }
    for (let at = 0; at < 64; at += 1) {
      const other = changed(file, ({ signatures: [one] }) => one && (one.sig = flipped(one.sig, at)));
      expect(judge(other), `byte ${at} of the signature`).toBe('signature_wrong');
    }
    const otherKey = { ...trusted(acme), publicKey: flipped(acme.spki, 20) };
    expect(judge(file, { keys: [otherKey] })).toBe('key_unknown');
    expect(judge(changed(file, (envelope) => (envelope.payloadType = 'text/plain')))).toBe('payload_type');
  });

  test('under an id that the list gives to another key is refused, though that key signed', () => {
    const lying = { ...trusted(stranger), keyId: acme.id };
    const file = signAsPublisher(subject, [{ ...stranger, id: acme.id }], day(10));
    const text = writeSignatureFile({ publisher: file, marketplace: null });
    expect(judge(reading(text), { keys: [lying] })).toBe('key_unknown');
  });

  test('twice by one key counts for nothing: it would pass for two', () => {
    const twice = changed(signedFile(), ({ signatures }) => signatures.push(...signatures));
    expect(judge(twice)).toBe('malformed');
  });

  test('beside one that does not fit is refused too: nothing unchecked travels along', () => {
    const two = signAsPublisher(subject, [acme, stranger], day(10));
    expect(judge(reading(writeSignatureFile({ publisher: two, marketplace: null })))).toBe('key_unknown');
  });

  test('is in time only while its key was in use, and never of the future', () => {
    expect(judge(signedFile(), { keys: [trusted(acme, { from: day(11).toISOString() })] })).toBe('key_time');
    expect(judge(signedFile(), { keys: [trusted(acme, { until: day(10).toISOString() })] })).toBe('key_time');
    expect(judge(signedFile(), { keys: [trusted(acme, { until: day(11).toISOString() })] })).toBe('signed');
    expect(judge(signedFile(), { now: day(9) })).toBe('in_future');
  });

  test('by a key that was revoked later is worth nothing by itself: whoever stole it writes any time he likes', () => {
    const revoked = trusted(acme, { revoked: { from: day(15).toISOString(), reason: 'Its laptop was stolen' } });
    expect(judge(signedFile(), { keys: [revoked] })).toBe('key_revoked');
    expect(() => verifySignatures({ file: signedFile(), package: subject, keys: [revoked], now: day(20) })).toThrow(
      `${acme.id}, from 2026-11-15T00:00:00.000Z: Its laptop was stolen.`,
    );
    // The marketplace saw it on the 12th.
    expect(judge(signedFile({ countersigned: true }), { keys: [revoked, ofMarketplace()] })).toBe('signed');
    const before = trusted(acme, { revoked: { from: day(12).toISOString(), reason: 'Stolen before' } });
    expect(judge(signedFile({ countersigned: true }), { keys: [before, ofMarketplace()] })).toBe('key_revoked');
  });
});

describe("the marketplace's countersignature", () => {
  test('shows verdict and rules, and marks what an account uploaded without a key', () => {
    const keys = [trusted(acme), ofMarketplace()];
    const mark = verifySignatures({ file: signedFile({ countersigned: true }), package: subject, keys, now: day(20) });
    expect(mark.countersigned).toEqual({
      keyIds: [marketplace.id],
      verdict: 'accepted',
      ruleSet: '7',
      decidedAt: day(12).toISOString(),
    });
    expect(judge(signedFile({ alone: true }))).toBe('account');
  });

  test('is about one statement of the publisher, and cannot be put beside another', () => {
    const first = signedFile({ countersigned: true });
    const later = { ...first, publisher: signAsPublisher(subject, [acme], day(11)) };
    expect(judge(later)).toBe('countersignature_mismatch');
    expect(judge({ ...first, publisher: null })).toBe('countersignature_mismatch');
    expect(judge({ ...signedFile({ alone: true }), publisher: first.publisher })).toBe('countersignature_mismatch');
  });

  test('cannot be made by a publisher, nor by a key of the marketplace that was revoked', () => {
    const decision = { verdict: 'accepted', ruleSet: '7', publisherEnvelope: null, decided: day(12) } as const;
    const own = signAsMarketplace(subject, decision, [acme]);
    expect(judge({ ...signedFile({ alone: true }), marketplace: own })).toBe('key_role');
    const revoked = ofMarketplace({ revoked: { from: day(15).toISOString(), reason: 'Stolen' } });
    expect(judge(signedFile({ alone: true }), { keys: [revoked] })).toBe('key_revoked');
  });

  test('that rejects refuses the package, whoever else signed', () => {
    const { publisher } = signedFile();
    const decision = { verdict: 'rejected', ruleSet: '7', publisherEnvelope: publisher, decided: day(12) } as const;
    expect(judge({ ...signedFile(), marketplace: signAsMarketplace(subject, decision, [marketplace]) })).toBe(
      'rejected',
    );
  });

  test('cannot stand in for the statement of a publisher, nor the other way round', () => {
    const { publisher, marketplace: witness } = signedFile({ countersigned: true });
    const both = [trusted(acme), trusted(marketplace)];
    expect(judge({ format: 'proofpix-signatures-1', publisher: witness, marketplace: null }, { keys: both })).toBe(
      'predicate_wrong',
    );
    const keys = [trusted(acme, { role: 'marketplace', publisher: null })];
    expect(judge({ format: 'proofpix-signatures-1', publisher: null, marketplace: publisher }, { keys })).toBe(
      'predicate_wrong',
    );
  });
});

describe('hostile JSON', () => {
  const good = payloadOf(signedFile());
  test.each([
    ['a key twice', good.replace('"_type"', '"subject":[],"_type"')],
    ['__proto__', good.replace('"_type"', '"__proto__":{},"_type"')],
    ['an escaped key twice', good.replace('"_type"', '"\\u005ftype":"x","_type"')],
    ['a second subject', good.replace(/"subject":\[(.*?)\],"predi|"subject":\[(.*)\]\}/, '"subject":[$2,$2]}')],
    ['an unknown field', good.replace('"_type"', '"more":1,"_type"')],
    ['a huge number', good.replace('"1.2.0"', '1e999999')],
    ['nesting without end', good.replace('"_type"', `"deep":${'['.repeat(50_000)}${']'.repeat(50_000)},"_type"`)],
    ['another type of statement', good.replace('Statement/v1', 'Statement/v0.1')],
    ['a time that does not exist', good.replace('2026-11-10T', '2026-13-40T')],
    ['no JSON', 'exif-reader 1.2.0'],
    ['bytes that are no text', '\udc00'],
  ])('inside the payload is refused, though it is signed: %s', (_what, text) => {
    expect(text).not.toBe(good);
    const file: SignatureFile = { format: 'proofpix-signatures-1', publisher: says(text), marketplace: null };
    expect(judge(file)).toBe('predicate_wrong');
  });

  const file = JSON.stringify(signedFile());
  test.each([
    ['a key twice', file.replace('{', '{"publisher":null,')],
    ['__proto__', file.replace('{', '{"__proto__":{"publisher":null},')],
    ['an unknown field', file.replace('{', '{"more":1,')],
    ['white space in base64', file.replace('"payload":"', '"payload":" ')],
    ['unused bits in base64', file.replace(/==","signatures|=","signatures|","signatures/, 'x","signatures')],
    ['a signature of another length', file.replace(/"sig":"..../, '"sig":"')],
    ['no signature at all', '{"format":"proofpix-signatures-1","publisher":null,"marketplace":null}'],
    ['an empty list of signatures', file.replace(/"signatures":\[.*?\]/, '"signatures":[]')],
    [
      'more signatures than anybody makes',
      file.replace(/"signatures":\[(.*?)\]/, `"signatures":[${'$1,'.repeat(8)}$1]`),
    ],
    ['another format', file.replace('signatures-1', 'signatures-2')],
    ['something else', '[]'],
    ['too much of it', `${file}${' '.repeat(64 * 1024)}`],
  ])('around it is refused as malformed: %s', (_what, text) => {
    expect(text).not.toBe(file);
    expect(judge(reading(text))).toBe('malformed');
  });
});

test('keys of others change nothing', () => {
  const others = Array.from({ length: 200 }, () => trusted(makeSigningKey().key));
  expect(judge(signedFile(), { keys: [...others, trusted(acme)] })).toBe('signed');
});
