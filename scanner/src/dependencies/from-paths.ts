import type { ComponentEvidenceKind } from '@proofpix/contract/dependencies';
import { lineCounter, type CodeText } from './code-text.ts';
import type { Collector } from './collect.ts';
import { exactVersion, isNpmName } from './npm-name.ts';

const inNodeModules = /node_modules\/((?:@[\w.~-]+\/)?[\w~-][\w.~-]*)\//g;
const ofPath = /[\w@.~+:/()\\-]/;
/** Looked at in one file; hostile files repeat what looks like a path. */
const mostMatches = 50_000;
const longestPath = 300;
/** What bundlers write before a path in a comment. */
const labels =
  /(?:\/\/[#!]?|\/\*+[!*]*|\*{3}!?|!\*{3})\s*(?:#?region |concatenated module: |external |harmony import |[\w ]{1,30}: )?["'|]?$/i;

/**
 * Packages whose modules a bundler named: `// node_modules/a/index.js` (esbuild), `//#region node_modules/a/index.js`
 * (rolldown), `"./node_modules/a/index.js":` (webpack), full paths of browserify. A path in any other text is not one.
 */
export function fromPaths({ path, source }: CodeText, collector: Collector): void {
  const lineAt = lineCounter(source);
  const confirmed = new Set<string>();
  let count = 0;
  for (const match of source.matchAll(inNodeModules)) {
    const [whole, name = ''] = match;
    count += 1;
    if (count > mostMatches) {
      collector.gap(path, 'Has too many paths to look at all of them.');
      return;
    }
    const start = startOfPath(source, match.index);
    const version = pnpmVersion(source.slice(start, match.index), name);
    const key = `${name}@${version ?? ''}`;
    if (confirmed.has(key) || !isNpmName(name) || name.startsWith('.')) continue;
    if (!isModule(source, start, match.index + whole.length)) continue;
    confirmed.add(key);
    collector.add({ name, version, how: 'path', file: path, line: lineAt(match.index), confidence: 0.9 });
  }
}

/** A module of a source map: its path is all that the text is. */
export function fromModulePath(file: string, path: string, how: ComponentEvidenceKind, collector: Collector): void {
  if (path.length > 2_000) return;
  for (const { 1: name = '', index } of path.matchAll(inNodeModules)) {
    if (!isNpmName(name)) continue;
    collector.add({ name, version: pnpmVersion(path.slice(0, index), name), how, file, confidence: 0.9 });
  }
}

function startOfPath(source: string, from: number): number {
  let start = from;
  while (start > 0 && from - start < longestPath && ofPath.test(source.charAt(start - 1))) start -= 1;
  // In `//node_modules` the slashes begin the comment.
  if (source.startsWith('//', start)) start += 2;
  return start;
}

function isModule(source: string, start: number, end: number): boolean {
  const before = source.slice(Math.max(0, start - 60), start);
  if (labels.test(before.slice(before.lastIndexOf('\n') + 1))) return true;
  if (/sourceURL=(?:webpack[\w-]*:\/\/)?$/.test(before)) return true;
  const quote = before.at(-1);
  if (quote !== '"' && quote !== "'") return false;
  const close = source.slice(end, end + longestPath).indexOf(quote);
  // `"path":` of webpack and browserify, `"path"(exports) {` of esbuild.
  return close !== -1 && /^\s*[:(]/.test(source.slice(end + close + 1, end + close + 12));
}

/** pnpm keeps the version in the folder: `.pnpm/a@1.2.3_peer/node_modules/a`. */
function pnpmVersion(before: string, name: string): string | null {
  const folder = /\.pnpm\/([^/]{1,300})\/$/.exec(before)?.[1];
  const flat = `${name.replace('/', '+')}@`;
  if (!folder?.startsWith(flat)) return null;
  return exactVersion(folder.slice(flat.length).split(/[_(]/)[0] ?? '');
}
