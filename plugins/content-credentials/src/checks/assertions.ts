import { sameBytes } from '../byte-source.ts';
import { mapIn, textIn } from '../cbor.ts';
import type { Superbox } from '../jumbf.ts';
import type { Status } from '../status.ts';
import {
  baseLabel,
  hashedUri,
  namedAssertions,
  readAssertion,
  readUri,
  type HashedUri,
  type Manifest,
} from '../store.ts';
import { hashFunction, usualAlgorithm } from './hashes.ts';

const assertionStore = 'c2pa.assertions/';
const mostAssertions = 1_000;

/** The assertions that a claim names and that are what it hashed: only those are read further. */
export type Checked = { statuses: Status[]; assertions: Map<string, Superbox> };

/** Compares each assertion with its hash in the claim. `redacted`: URIs that a later manifest says were taken out. */
export function checkAssertions(manifest: Manifest, redacted: ReadonlySet<string>): Checked {
  const statuses: Status[] = [];
  const assertions = new Map<string, Superbox>();
  const say = (code: string, outcome: Status['outcome'], about: string) =>
    void statuses.push({ code, outcome, manifest: manifest.label, about });
  if (manifest.ambiguous !== null) say('assertion.undeclared', 'failure', manifest.ambiguous);
  const named = manifest.claim === null ? [] : namedAssertions(manifest.claim.map).slice(0, mostAssertions);
  const algorithm = manifest.claim === null ? null : textIn(manifest.claim.map, 'alg');
  const seen = new Set<string>();
  for (const uri of named) {
    const place = readUri(uri.url);
    const label = place?.box.startsWith(assertionStore) ? place.box.slice(assertionStore.length) : null;
    const own = place !== null && (place.manifest === null || place.manifest === manifest.label);
    const box = label === null || !own ? undefined : manifest.assertions.get(label);
    if (label === null || box === undefined) {
      if (!redacted.has(uri.url)) say('assertion.missing', 'failure', uri.url);
      continue;
    }
    seen.add(label);
    const outcome = compare(uri, box, algorithm);
    if (outcome === 'unsupported') say('algorithm.unsupported', 'failure', label);
    else if (outcome === 'mismatch') say('assertion.hashedURI.mismatch', 'failure', label);
    else {
      say('assertion.hashedURI.match', 'success', label);
      assertions.set(label, box);
    }
  }
  // What nobody signed for must not pass as part of what was signed.
  for (const label of manifest.assertions.keys()) {
    if (!seen.has(label)) say('assertion.undeclared', 'failure', label);
  }
  return { statuses, assertions };
}

function compare(
  { hash, algorithm }: HashedUri,
  box: Superbox,
  usual: string | null,
): 'match' | 'mismatch' | 'unsupported' {
  const digest = hashFunction(algorithm ?? usual ?? usualAlgorithm);
  if (digest === null) return 'unsupported';
  return hash !== null && sameBytes(digest(box.content), hash) ? 'match' : 'mismatch';
}

export type Ingredient = {
  title: string | null;
  format: string | null;
  relationship: string | null;
  /** Label of its own manifest in this store. */
  manifest: string | null;
  uri: HashedUri | null;
};

/** What a picture was made from, as its claim says. */
export function readIngredients(assertions: ReadonlyMap<string, Superbox>): Ingredient[] {
  const found: Ingredient[] = [];
  for (const [label, box] of assertions) {
    if (baseLabel(label) !== 'c2pa.ingredient') continue;
    const map = readAssertion(box);
    if (map === null) continue;
    const reference = mapIn(map, 'c2pa_manifest') ?? mapIn(map, 'activeManifest');
    const uri = reference === null ? null : hashedUri(reference);
    found.push({
      title: textIn(map, 'dc:title'),
      format: textIn(map, 'dc:format'),
      relationship: textIn(map, 'relationship'),
      manifest: uri === null ? null : (readUri(uri.url)?.manifest ?? null),
      uri,
    });
  }
  return found;
}

/** Compares the manifests of ingredients with the hashes that stand in the assertions. */
export function checkIngredients(
  manifest: Manifest,
  ingredients: readonly Ingredient[],
  manifests: readonly Manifest[],
): Status[] {
  const algorithm = manifest.claim === null ? null : textIn(manifest.claim.map, 'alg');
  return ingredients.flatMap(({ uri, manifest: label }): Status[] => {
    if (uri === null) return [];
    const target = manifests.find((one) => one.label === label);
    // A URI to a box inside of the manifest is hashed over that box alone; such are from drafts of the specification.
    if (target !== undefined && readUri(uri.url)?.box !== '') return [];
    const fits = target !== undefined && compare(uri, target.box, algorithm) === 'match';
    const code = fits
      ? 'ingredient.manifest.validated'
      : target === undefined
        ? 'ingredient.manifest.missing'
        : 'ingredient.manifest.mismatch';
    return [{ code, outcome: fits ? 'success' : 'failure', manifest: manifest.label, about: uri.url }];
  });
}
