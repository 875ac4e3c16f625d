import { isRecord } from '../code/json-record.ts';
import type { Collector } from './collect.ts';
import { exactVersion } from './npm-name.ts';
import { licenseIn, readFields, textIn, type Fields } from './read-json.ts';

const packageJsonBytes = 256 * 1024;
const installed = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/;
const mostDeclared = 2_000;

/** What a package.json of the package says: of the plugin what it asks for, of others what they are. */
export function fromPackageJson(path: string, bytes: Uint8Array, collector: Collector): void {
  const fields = readFields(bytes, packageJsonBytes);
  if (typeof fields === 'string') {
    // Others lie about in tests of packages; the plugin's own is what names its dependencies.
    if (path === 'package.json') collector.gap(path, `The file ${fields}.`);
    return;
  }
  if (path === 'package.json') declaredIn(path, fields, new TextDecoder().decode(bytes), collector);
  else installedAt(path, fields, collector);
}

function declaredIn(path: string, fields: Fields, source: string, collector: Collector): void {
  for (const field of ['dependencies', 'optionalDependencies']) {
    const list = fields[field];
    if (list === undefined) continue;
    if (!isRecord(list)) {
      collector.gap(path, `"${field}" is not an object.`);
      continue;
    }
    const entries = Object.entries(list);
    if (entries.length > mostDeclared) collector.gap(path, `Has more than ${mostDeclared} dependencies.`);
    for (const [name, range] of entries.slice(0, mostDeclared)) {
      if (typeof range !== 'string') continue;
      // What is installed under another name is what has to be looked up.
      const [, alias, aliasRange] = /^npm:((?:@[^/@]+\/)?[^/@]+)(?:@(.*))?$/.exec(range) ?? [];
      const asked = alias === undefined ? range : (aliasRange ?? '*');
      const line = lineOf(source, JSON.stringify(name));
      const found = { how: 'declared', file: path, line, confidence: 0.9, range: asked } as const;
      collector.add({ ...found, name: alias ?? name, version: exactVersion(asked) });
    }
  }
  const bundled = fields.bundleDependencies ?? fields.bundledDependencies;
  for (const name of Array.isArray(bundled) ? bundled.slice(0, mostDeclared) : []) {
    if (typeof name !== 'string') continue;
    collector.add({ name, how: 'declared', file: path, line: lineOf(source, JSON.stringify(name)), confidence: 0.9 });
  }
}

function installedAt(path: string, fields: Fields, collector: Collector): void {
  const folder = installed.exec(path)?.[1];
  const name = textIn(fields.name);
  const version = exactVersion(textIn(fields.version) ?? '');
  // Without name and version it only switches the module system of a folder.
  if (folder === undefined && (name === null || version === null)) return;
  const facts = { version, license: licenseIn(fields), how: 'installed', file: path } as const;
  if (name !== null) collector.add({ ...facts, name, confidence: folder === undefined ? 0.8 : 1 });
  // The code asks for the folder's name: a package that calls itself otherwise there is looked up as both.
  if (folder !== undefined && folder !== name) collector.add({ ...facts, name: folder, confidence: 1 });
}

function lineOf(source: string, text: string): number {
  const at = source.indexOf(text);
  return at === -1 ? 0 : source.slice(0, at).split('\n').length;
}
