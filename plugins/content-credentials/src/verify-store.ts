import type { ByteSource } from './byte-source.ts';
import { textIn } from './cbor.ts';
import { checkAssertions, checkIngredients, readIngredients, type Ingredient } from './checks/assertions.ts';
import { checkClaimSignature, type SignatureCheck, type Verify } from './checks/claim-signature.ts';
import { checkDataHash, type LeftOut } from './checks/data-hash.ts';
import type { FoundStore } from './found-store.ts';
import type { Superbox } from './jumbf.ts';
import type { Status } from './status.ts';
import { baseLabel, readAssertion, readUri, type Manifest, type Store } from './store.ts';

/** How the claim is tied to the bytes of the file. */
type Binding = { kind: 'data' | 'unread' | 'none'; leftOut: LeftOut | null };

export type Verified = {
  statuses: Status[];
  /** Of the active manifest. */
  signature: SignatureCheck;
  assertions: Map<string, Superbox>;
  ingredients: Ingredient[];
  binding: Binding;
};

const dataHash = 'c2pa.hash.data';
/** Other ways to tie a claim to a file; they are said to be unread. */
const otherHashes = ['c2pa.hash.bmff', 'c2pa.hash.boxes', 'c2pa.hash.collection.data'];
const mostParents = 16;

/** Checks all that can be checked without trusting anybody: hashes, signatures, time stamps. */
export async function verifyStore(
  store: Store,
  found: FoundStore,
  file: ByteSource,
  verify: Verify,
): Promise<Verified> {
  const redacted = redactions(store.manifests);
  const statuses: Status[] = [];
  let active: Omit<Verified, 'statuses' | 'binding'> | undefined;
  const checked = new Map<string, Map<string, Superbox>>();
  for (const manifest of store.manifests) {
    const signature = await checkClaimSignature(manifest, verify);
    const { statuses: said, assertions } = checkAssertions(manifest, redacted);
    const ingredients = readIngredients(assertions);
    statuses.push(...signature.statuses, ...said, ...checkIngredients(manifest, ingredients, store.manifests));
    checked.set(manifest.label, assertions);
    if (manifest === store.active) active = { signature, assertions, ingredients };
  }
  if (active === undefined) throw new Error('The active manifest is not one of the store.');
  const binding = await checkBinding(store, checked, found, file);
  statuses.push(...binding.statuses);
  return { statuses, ...active, binding: binding.binding };
}

async function checkBinding(
  store: Store,
  checked: ReadonlyMap<string, ReadonlyMap<string, Superbox>>,
  found: FoundStore,
  file: ByteSource,
): Promise<{ statuses: Status[]; binding: Binding }> {
  const manifest = binder(store, checked);
  const bindings = [...(checked.get(manifest?.label ?? '') ?? [])];
  const hashes = bindings.filter(([label]) => baseLabel(label) === dataHash);
  const label = manifest?.label ?? store.active.label;
  const unread = bindings.find(([name]) => otherHashes.includes(baseLabel(name)));
  if (hashes.length === 0 && unread !== undefined) {
    const explanation = 'The file is tied to its credentials by a hash that is not read here.';
    const status: Status = {
      code: 'hardBinding.notChecked',
      outcome: 'information',
      manifest: label,
      about: unread[0],
      explanation,
    };
    return { statuses: [status], binding: { kind: 'unread', leftOut: null } };
  }
  const [hash] = hashes;
  const map = hash === undefined ? null : readAssertion(hash[1]);
  if (hash === undefined || map === null || hashes.length > 1) {
    const code = hashes.length > 1 ? 'assertion.multipleHardBindings' : 'claim.hardBindings.missing';
    return { statuses: [{ code, outcome: 'failure', manifest: label }], binding: { kind: 'none', leftOut: null } };
  }
  const usual = manifest?.claim == null ? null : textIn(manifest.claim.map, 'alg');
  const { status, leftOut } = await checkDataHash(map, usual, file, found);
  const statuses: Status[] = [{ ...status, manifest: label, about: hash[0] }];
  if (leftOut !== null) {
    const explanation = `${leftOut.bytes} bytes beside the credentials are left out of the hash.`;
    const code = 'assertion.dataHash.additionalExclusionsPresent';
    statuses.push({ code, outcome: 'information', manifest: label, about: hash[0], explanation });
  }
  return { statuses, binding: { kind: 'data', leftOut } };
}

/** An update manifest changes what is said, not the file: the manifest that it updates is the one with the hash. */
function binder(store: Store, checked: ReadonlyMap<string, ReadonlyMap<string, Superbox>>): Manifest | undefined {
  let manifest: Manifest | undefined = store.active;
  for (let steps = 0; manifest?.isUpdate && steps < mostParents; steps += 1) {
    const parent: string | null | undefined = readIngredients(checked.get(manifest.label) ?? new Map()).find(
      ({ relationship }) => relationship === 'parentOf',
    )?.manifest;
    manifest = store.manifests.find(({ label }) => label === parent);
  }
  return manifest;
}

/** What later manifests say was taken out of earlier ones: an assertion that is missing for that reason is no fault. */
function redactions(manifests: readonly Manifest[]): Set<string> {
  const uris = new Set<string>();
  for (const { claim, label } of manifests) {
    const list: unknown = claim?.map.get('redacted_assertions');
    for (const uri of Array.isArray(list) ? list.slice(0, 1_000) : []) {
      const place = typeof uri === 'string' ? readUri(uri) : null;
      // Nobody redacts their own claim.
      if (place === null || place.manifest === null || place.manifest === label) continue;
      uris.add(`self#jumbf=/c2pa/${place.manifest}/${place.box}`).add(`self#jumbf=${place.box}`);
    }
  }
  return uris;
}
