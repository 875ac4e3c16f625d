import type { KeyObject } from 'node:crypto';
import type { MarketplacePredicate, PublisherPredicate, SignatureMark, TrustedKey } from '@proofpix/contract/trust';
import { openEnvelope, type Envelope } from './dsse.ts';
import { SignatureFault } from './fault.ts';
import { publicKeyOf } from './keys.ts';
import type { SignatureFile } from './signature-file.ts';
import {
  payloadDigest,
  payloadType,
  readMarketplaceStatement,
  readPublisherStatement,
  subjectName,
  type PublisherStatement,
} from './statement.ts';

/** Clocks differ; a statement from further ahead says something that cannot be true. */
const clockTolerance = 5 * 60_000;

export type SignedPackage = { id: string; version: string; digest: string };

type Question = {
  file: SignatureFile;
  package: SignedPackage;
  keys: readonly TrustedKey[];
  now: Date;
};

type Witnessed = { signers: readonly TrustedKey[]; predicate: MarketplacePredicate };

/**
 * What the signatures beside a package prove. Every signature in the file has to fit, or none counts.
 * @throws SignatureFault that names what is wrong
 */
export function verifySignatures({ file, package: subject, keys, now }: Question): SignatureMark {
  const marketplace =
    file.marketplace === null
      ? null
      : inPart('marketplace', file.marketplace, (envelope) => readWitness(envelope, { file, subject, keys, now }));
  const publisher =
    file.publisher === null
      ? null
      : inPart('publisher', file.publisher, (envelope) => readPublisher(envelope, { subject, keys, now, marketplace }));
  const countersigned =
    marketplace === null
      ? null
      : {
          keyIds: marketplace.signers.map(({ keyId }) => keyId),
          verdict: marketplace.predicate.verdict,
          ruleSet: marketplace.predicate.ruleSet,
          decidedAt: marketplace.predicate.decided,
        };
  return {
    state: publisher === null ? 'account' : 'signed',
    publisher: publisher?.predicate.publisher ?? marketplace?.predicate.publisher ?? null,
    keyIds: publisher?.signers.map(({ keyId }) => keyId) ?? [],
    signedAt: publisher?.predicate.created ?? null,
    countersigned,
  };
}

function inPart<Result>(
  part: SignatureFault['part'],
  envelope: Envelope,
  read: (envelope: Envelope) => Result,
): Result {
  try {
    return read(envelope);
  } catch (error) {
    if (error instanceof SignatureFault) error.part = part;
    throw error;
  }
}

type Looked = { subject: SignedPackage; keys: readonly TrustedKey[]; now: Date };

function readPublisher(
  envelope: Envelope,
  { subject, keys, now, marketplace }: Looked & { marketplace: Witnessed | null },
): { signers: TrustedKey[]; predicate: PublisherPredicate } {
  const { payload, signers } = open(envelope, 'publisher', keys);
  const { predicate, ...statement } = readPublisherStatement(payload);
  for (const { publisher, keyId } of signers) {
    if (publisher === predicate.publisher) continue;
    throw new SignatureFault('publisher_mismatch', `The key ${keyId} is of "${publisher}".`);
  }
  checkSubject(statement, predicate, subject);
  const created = timeOf(predicate.created, now);
  for (const key of signers) {
    checkInUse(key, created);
    checkRevoked(key, marketplace);
  }
  return { signers, predicate };
}

/**
 * What a publisher says about the time proves nothing: a thief of the key writes what he likes. Only the marketplace's
 * countersignature shows that a statement was there before its key was revoked.
 */
function checkRevoked({ keyId, revoked }: TrustedKey, marketplace: Witnessed | null): void {
  if (revoked === null) return;
  if (marketplace !== null && Date.parse(marketplace.predicate.decided) < Date.parse(revoked.from)) return;
  const unproven = marketplace === null ? ' Nothing but the key itself says that it was signed before.' : '';
  throw new SignatureFault('key_revoked', `Key ${keyId}, from ${revoked.from}: ${revoked.reason}.${unproven}`);
}

function readWitness(envelope: Envelope, { file, subject, keys, now }: Looked & { file: SignatureFile }): Witnessed {
  const { payload, signers } = open(envelope, 'marketplace', keys);
  const { predicate, ...statement } = readMarketplaceStatement(payload);
  checkSubject(statement, predicate, subject);
  const decided = timeOf(predicate.decided, now);
  for (const key of signers) {
    checkInUse(key, decided);
    // Nobody stands witness for the witness.
    checkRevoked(key, null);
  }
  const publisherStatement = file.publisher === null ? null : payloadDigest(file.publisher);
  if (predicate.publisherStatement !== publisherStatement) throw new SignatureFault('countersignature_mismatch');
  if (predicate.verdict === 'rejected') {
    throw new SignatureFault('rejected', `On ${predicate.decided}, by the rules ${predicate.ruleSet}.`);
  }
  return { signers, predicate };
}

function open(envelope: Envelope, role: TrustedKey['role'], keys: readonly TrustedKey[]) {
  const used = new Map<string, TrustedKey>();
  const { payload, signers } = openEnvelope(envelope, payloadType, (keyId): KeyObject | undefined => {
    const trusted = keys.find((key) => key.keyId === keyId);
    if (trusted === undefined) return undefined;
    if (trusted.role !== role) throw new SignatureFault('key_role', `Key ${keyId} is a key of a ${trusted.role}.`);
    const { id, key } = publicKeyOf(trusted.publicKey);
    // A list that gives a key another's id would make its signatures pass for the other's.
    if (id !== keyId) throw new SignatureFault('key_unknown', `The list gives the id ${keyId} to another key.`);
    used.set(keyId, trusted);
    return key;
  });
  return { payload, signers: signers.flatMap((keyId) => used.get(keyId) ?? []) };
}

function checkSubject(
  { subject: [about] }: Pick<PublisherStatement, 'subject'>,
  says: { publisher: string; id: string; version: string },
  actual: SignedPackage,
): void {
  if (about.digest.sha256 !== actual.digest) {
    throw new SignatureFault(
      'subject_mismatch',
      `It is for the identity ${about.digest.sha256}, not ${actual.digest}.`,
    );
  }
  if (says.id !== actual.id || says.version !== actual.version) {
    throw new SignatureFault('subject_mismatch', `It is for ${subjectName(says)}, not ${actual.id}@${actual.version}.`);
  }
  if (about.name !== subjectName(says)) {
    throw new SignatureFault('predicate_wrong', 'Its subject and what it says of it differ.');
  }
}

function timeOf(text: string, now: Date): number {
  const time = Date.parse(text);
  // The form was checked; that there is such a day was not.
  if (!Number.isFinite(time)) throw new SignatureFault('predicate_wrong', 'It names a time that does not exist.');
  if (time > now.getTime() + clockTolerance) throw new SignatureFault('in_future', `It says ${text}.`);
  return time;
}

function checkInUse({ keyId, from, until }: TrustedKey, at: number): void {
  if (at >= Date.parse(from) && (until === null || at < Date.parse(until))) return;
  throw new SignatureFault(
    'key_time',
    `Key ${keyId} is in use from ${from}${until === null ? '' : ` until ${until}`}.`,
  );
}
