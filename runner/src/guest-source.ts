import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

const contract = '@proofpix/contract/';
const sources = new Map<string, string>();

/** Absolute addresses of the guest's modules: its own files and the pure constants of the contract. */
export function resolveGuest(specifier: string, from: string): string {
  if (specifier.startsWith(contract)) {
    return new URL(`../../contract/src/${specifier.slice(contract.length)}.ts`, import.meta.url).href;
  }
  return new URL(specifier, from).href;
}

export function guestAddress(file: string): string {
  return new URL(`./guest/${file}`, import.meta.url).href;
}

/** JavaScript of a guest module: types are cut out, line numbers stay. */
export function guestSource(address: string): string {
  const known = sources.get(address);
  if (known !== undefined) return known;
  const source = stripTypeScriptTypes(readFileSync(new URL(address), 'utf8'));
  sources.set(address, source);
  return source;
}

/** How the guest's frames are named in stacks: they are cut out of what a plugin's author sees. */
export const guestPrefix = 'proofpix:';

export function guestFilename(address: string): string {
  return `${guestPrefix}${address.slice(address.lastIndexOf('/') + 1)}`;
}
