import { CborError, readCbor, readCborMap, mapsIn, textIn, type CborMap } from './cbor.ts';
import { readJumbf, type Superbox } from './jumbf.ts';

/** One manifest: what somebody claimed about a picture, and signed. */
export type Manifest = {
  label: string;
  /** An update manifest says nothing about the bytes of the file; its parent does. */
  isUpdate: boolean;
  box: Superbox;
  claim: { bytes: Uint8Array; map: CborMap; label: string } | null;
  /** COSE_Sign1, undecoded. */
  signature: Uint8Array | null;
  /** Assertions by label, as they stand in the file: whether the claim names them is another question. */
  assertions: Map<string, Superbox>;
  /** A label that stands there twice, or a second claim. */
  ambiguous: string | null;
};

export type Store = { manifests: Manifest[]; active: Manifest };

/** It is JUMBF, but no store of credentials. */
export class StoreError extends Error {}

const suffix = '00110010800000aa00389b71';
const kinds = {
  store: `63327061${suffix}`,
  manifest: `63326d61${suffix}`,
  update: `6332756d${suffix}`,
  assertions: `63326173${suffix}`,
  claim: `6332636c${suffix}`,
  signature: `63326373${suffix}`,
} as const;
const mostManifests = 100;

/** The last manifest is the active one. @throws StoreError, JumbfError, CborError */
export function readStore(bytes: Uint8Array): Store {
  const top = readJumbf(bytes);
  if (top.kind !== kinds.store || top.label !== 'c2pa') throw new StoreError('The outermost box is no manifest store.');
  const boxes = top.children.filter(({ kind }) => kind === kinds.manifest || kind === kinds.update);
  if (boxes.length !== top.children.length) throw new StoreError('A box of the store is no manifest.');
  if (boxes.length > mostManifests) throw new StoreError(`There are more than ${mostManifests} manifests.`);
  const manifests = boxes.map(readManifest);
  const active = manifests.at(-1);
  if (active === undefined) throw new StoreError('The store holds no manifest.');
  if (new Set(manifests.map(({ label }) => label)).size < manifests.length) {
    throw new StoreError('Two manifests have the same label.');
  }
  return { manifests, active };
}

function readManifest(box: Superbox): Manifest {
  const of = (wanted: string, labels: RegExp) =>
    box.children.filter(({ kind, label }) => kind === wanted && labels.test(label));
  const claims = of(kinds.claim, /^c2pa\.claim(\.v\d+)?$/);
  const signatures = of(kinds.signature, /^c2pa\.signature$/);
  const stores = of(kinds.assertions, /^c2pa\.assertions$/);
  const assertions = new Map<string, Superbox>();
  let ambiguous = claims.length > 1 || signatures.length > 1 || stores.length > 1 ? 'a box of the manifest' : null;
  for (const assertion of stores.flatMap(({ children }) => children)) {
    if (assertions.has(assertion.label)) ambiguous = assertion.label;
    else assertions.set(assertion.label, assertion);
  }
  const [claim] = claims;
  const claimBytes = claim === undefined ? null : cborOf(claim);
  return {
    label: box.label,
    isUpdate: box.kind === kinds.update,
    box,
    claim:
      claim === undefined || claimBytes === null
        ? null
        : { bytes: claimBytes, map: readCborMap(claimBytes), label: claim.label },
    signature: signatures[0] === undefined ? null : cborOf(signatures[0]),
    assertions,
    ambiguous,
  };
}

function cborOf({ boxes }: Superbox): Uint8Array | null {
  return boxes.find(({ type }) => type === 'cbor')?.bytes ?? null;
}

/** The content of an assertion where it is CBOR that can be read. */
export function readAssertion(box: Superbox): CborMap | null {
  const bytes = cborOf(box);
  if (bytes === null) return null;
  try {
    const value = readCbor(bytes);
    return value instanceof Map ? value : null;
  } catch (error) {
    if (error instanceof CborError) return null;
    throw error;
  }
}

export type HashedUri = { url: string; hash: Uint8Array | null; algorithm: string | null };

/** The assertions that a claim names; claims of version 2 tell those that its own program made from others. */
export function namedAssertions(claim: CborMap): HashedUri[] {
  return ['assertions', 'created_assertions', 'gathered_assertions'].flatMap((key) =>
    mapsIn(claim, key).map((entry) => hashedUri(entry)),
  );
}

export function hashedUri(entry: CborMap): HashedUri {
  const hash = entry.get('hash');
  return {
    url: textIn(entry, 'url') ?? '',
    hash: hash instanceof Uint8Array ? hash : null,
    algorithm: textIn(entry, 'alg'),
  };
}

/** Manifest and box that a URI inside a store names; without a manifest it means the one it stands in. */
export function readUri(url: string): { manifest: string | null; box: string } | null {
  const absolute = /^self#jumbf=\/c2pa\/([^/]+)(?:\/(.+))?$/.exec(url);
  if (absolute) return { manifest: absolute[1] ?? '', box: absolute[2] ?? '' };
  const relative = /^self#jumbf=([^/].*)$/.exec(url);
  return relative ? { manifest: null, box: relative[1] ?? '' } : null;
}

/** `c2pa.actions` of `c2pa.actions.v2__1`: labels carry version and number. */
export function baseLabel(label: string): string {
  return label.replace(/__\d+$/, '').replace(/\.v\d+$/, '');
}
