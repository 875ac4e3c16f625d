import type { HookOutput } from '@proofpix/sdk/hooks';
import type { ByteSource } from './byte-source.ts';
import { CborError, textIn } from './cbor.ts';
import type { Verify } from './checks/claim-signature.ts';
import { plainOrNull, plainText, readActions, readGenerator } from './describe.ts';
import { findStore } from './find-store.ts';
import { findingsOf, furtherStore, unreadable, type Finding } from './findings.ts';
import { ContainerError, type FoundStore } from './found-store.ts';
import { JumbfError } from './jumbf.ts';
import { readStore, StoreError, type Store } from './store.ts';
import { verifyStore, type Verified } from './verify-store.ts';

type Metadata = NonNullable<HookOutput<'file:process'>['metadata']>;
type Reading = { metadata: Metadata; findings: Finding[] };

const mostListed = 100;

/** Everything that the Content Credentials of a photo say, and whether it fits together. */
export async function readCredentials(file: ByteSource, verify: Verify): Promise<Reading> {
  let found: FoundStore | null;
  let store: Store;
  try {
    found = await findStore(file);
    if (found === null) return { metadata: { 'C2PA:ManifestCount': 0 }, findings: [] };
    store = readStore(found.bytes);
  } catch (error) {
    if (!strangersFault(error)) throw error;
    return { metadata: {}, findings: [unreadable(error.message)] };
  }
  const verified = await verifyStore(store, found, file, verify);
  const signer = verified.signature.certificate?.subject;
  const shown = {
    signer: signer?.organisation ?? signer?.commonName ?? null,
    actions: readActions(verified.assertions),
    active: store.active.label,
  };
  return {
    metadata: metadataOf(store, verified, shown),
    findings: [...findingsOf(verified, shown), ...(found.more ? [furtherStore] : [])],
  };
}

/** What a photo can cause. Anything else (the host's answer to a read, above all) is not the photo's fault. */
function strangersFault(error: unknown): error is Error {
  return [ContainerError, JumbfError, CborError, StoreError].some((kind) => error instanceof kind);
}

function metadataOf(
  { manifests, active }: Store,
  { statuses, signature, assertions, ingredients }: Verified,
  { signer, actions }: { signer: string | null; actions: ReturnType<typeof readActions> },
): Metadata {
  const claim = active.claim?.map;
  const codes = statuses.filter(({ manifest }) => manifest === active.label).map(({ code }) => code);
  const { certificate } = signature;
  const values: Record<string, Metadata[string] | undefined | null> = {
    'C2PA:ManifestCount': manifests.length,
    'C2PA:ActiveManifest': plainText(active.label),
    'C2PA:Title': claim === undefined ? null : plainOrNull(textIn(claim, 'dc:title')),
    'C2PA:ClaimGenerator': claim === undefined ? null : readGenerator(claim),
    'C2PA:Issuer': plainOrNull(signer),
    'C2PA:SignatureAlgorithm': signature.algorithm,
    'C2PA:SignedAt': signature.signedAt,
    'C2PA:CertificateSubject': plainOrNull(certificate?.subject.text ?? null),
    'C2PA:CertificateIssuer': plainOrNull(certificate?.issuer.text ?? null),
    'C2PA:CertificateFrom': certificate?.notBefore,
    'C2PA:CertificateUntil': certificate?.notAfter,
    'C2PA:Actions': actions.map(({ action }) => action),
    'C2PA:ActionTimes': actions.flatMap(({ when }) => when ?? []),
    'C2PA:DigitalSourceType': actions.find(({ sourceType }) => sourceType !== null)?.sourceType,
    'C2PA:Assertions': [...assertions.keys()].slice(0, mostListed).map(plainText),
    'C2PA:Ingredients': ingredients
      .slice(0, mostListed)
      .map(({ title, relationship }) => plainText(`${title ?? 'Untitled'} (${relationship ?? 'unknown relation'})`)),
    'C2PA:Validation': [...new Set(codes)],
  };
  const given = Object.entries(values).filter(
    (entry): entry is [string, Metadata[string]] =>
      entry[1] != null && !(Array.isArray(entry[1]) && entry[1].length === 0),
  );
  return Object.fromEntries(given);
}
