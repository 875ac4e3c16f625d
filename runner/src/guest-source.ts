import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

/** This process runs from sources with types, or from the plain copy that `stage.mjs` makes of them. */
const typed = import.meta.url.endsWith('.ts');
const contract = '@proofpix/contract/';
const sources = new Map<string, string>();

/** Absolute addresses of the guest's modules: its own files and the pure constants of the contract. */
export function resolveGuest(specifier: string, from: string): string {
  if (!specifier.startsWith(contract)) return new URL(specifier, from).href;
  return new URL(`../../contract/src/${specifier.slice(contract.length)}.ts`, import.meta.url).href;
}

/** Address of a module of the guest by its name without an extension. */
export function guestAddress(name: string): string {
  return new URL(`./guest/${name}.${typed ? 'ts' : 'js'}`, import.meta.url).href;
}

/** JavaScript of a guest module: types are cut out, line numbers stay. */
export function guestSource(address: string): string {
  const known = sources.get(address);
  if (known !== undefined) return known;
  const text = readFileSync(new URL(address), 'utf8');
  const source = typed ? stripTypeScriptTypes(text) : text;
  sources.set(address, source);
  return source;
}

/** How the guest's frames are named in stacks: they are cut out of what a plugin's author sees. */
export const guestPrefix = 'proofpix:';

export function guestFilename(address: string): string {
  return `${guestPrefix}${address.slice(address.lastIndexOf('/') + 1)}`;
}
