import { popularNames } from '../code/popular-names.ts';
import type { Collector } from './collect.ts';
import { lineCounter, sha256Of, type CodeText } from './code-text.ts';
import { exactVersion, isNpmName } from './npm-name.ts';

/** What stands before it belongs to the file as a whole. */
const headChars = 3_000;
const commentChars = 1_000;
const mostComments = 20_000;
const numbers = String.raw`(?<![\d.])(\d{1,6}\.\d{1,6}\.\d{1,6}(?:-[\w.]{1,40})?)(?![\w.]*\w)`;
const named = new RegExp(
  String.raw`^(?:@(?:license|preserve|overview|name|module|file)\s+)?(@?[a-z][\w./-]{0,100})((?: [a-z][\w.]{0,30}){0,3})\s*(?:[-\u2013,:|]\s*)?(?:\(?v|version\s*:?\s*|@)?${numbers}`,
  'i',
);
const versionLine = new RegExp(String.raw`^@?version\s*:?\s*v?${numbers}`, 'i');
const generic = /^(?:\s*(?:javascript|js|library|bundle|build|core|framework|module|minified|for|node|browser))*$/i;
const noNames =
  /^(?:licen[cs]ed?|copyright|version|the|released|under|see|https?|author|date|includes?|built|generated|compiled|release|ecmascript|es\d*|node|typescript|webpack|rollup|esbuild|browserify)$/i;

/** Comments that libraries ask to be kept: `/*! name v1.2.3`, `@license name 1.2.3`, and the one at the top of a file. */
export function fromBanners(file: CodeText, collector: Collector): void {
  const { path, source, bytes, isMain } = file;
  const lineAt = lineCounter(source);
  let count = 0;
  for (const { text, start } of commentsOf(source)) {
    count += 1;
    if (count > mostComments) {
      collector.gap(path, 'Has too many comments to look at all of them.');
      return;
    }
    const isHead = start < headChars;
    const isKept = /^\/(?:\*|\/)!/.test(text) || /@(?:license|preserve)\b/.test(text);
    if (!isKept && !isHead) continue;
    const found = nameIn(text, isKept);
    if (found === null) continue;
    // A file that begins so is the library itself, unless the plugin was bundled into it.
    const isWhole = !isMain && source.slice(0, start).trim() === '';
    collector.add({
      ...found,
      how: 'banner',
      file: path,
      line: lineAt(start),
      ...(isWhole ? { sha256: sha256Of(bytes) } : {}),
    });
  }
}

function* commentsOf(source: string): Generator<{ text: string; start: number }> {
  for (let start = source.indexOf('/*'); start !== -1;) {
    const end = source.indexOf('*/', start + 2);
    const stop = end === -1 ? source.length : end + 2;
    yield { text: source.slice(start, Math.min(stop, start + commentChars)), start };
    start = source.indexOf('/*', stop);
  }
  // Lines that are kept one by one, as moment has them: taken together.
  for (const match of source.matchAll(/(?:^|\n)(\/\/![^\n]{0,200}(?:\n\/\/![^\n]{0,200}){0,5})/g))
    yield { text: match[1] ?? '', start: match.index };
}

type Named = { name: string; version: string | null; confidence: number };

export function nameIn(comment: string, isKept: boolean): Named | null {
  const lines = comment
    .split('\n')
    .slice(0, 12)
    .map((line) =>
      line
        .replace(/^[\s/*!|]+/, '')
        .slice(0, 200)
        .trim(),
    )
    .filter((line) => line !== '' && line !== '@license' && line !== '@preserve')
    .slice(0, 5);
  let last: string | null = null;
  for (const line of lines) {
    const alone = versionLine.exec(line)?.[1];
    if (alone !== undefined && last !== null) return withVersion(last, alone);
    const [, first = '', more = '', version = ''] = named.exec(line) ?? [];
    if (version !== '' && !noNames.test(first) && (generic.test(more) || popularNames.has(npmName(first))))
      return withVersion(first, version);
    const word = /^(?:@license\s+)?(@?[a-z][\w./-]{0,100})/i.exec(line)?.[1] ?? '';
    if (last === null && word !== '' && !noNames.test(word)) last = word;
  }
  // A name alone says something only where everybody knows whose it is.
  if (!isKept || last === null || !popularNames.has(npmName(last)) || last.startsWith('@')) return null;
  return { name: npmName(last), version: null, confidence: 0.5 };
}

function withVersion(written: string, version: string): Named | null {
  const name = npmName(written);
  const exact = exactVersion(version);
  if (exact === null || !isNpmName(name) || name.length < 2) return null;
  return { name, version: exact, confidence: popularNames.has(name) ? 0.8 : 0.6 };
}

/** `jQuery`, `Underscore.js` and `DOMPurify` are called otherwise in the registry. */
function npmName(written: string): string {
  const name = written.toLowerCase().replace(/[.,:]+$/, '');
  const bare = name.replace(/(?:\.min)?\.js$/, '').replace(/\.(?:production|development)(?:\.min)?$/, '');
  return popularNames.has(name) ? name : bare;
}
