import type { ComponentList } from '@proofpix/contract/dependencies';
import { limits } from '@proofpix/contract/limits';
import type { CodeText } from './code-text.ts';
import { createCollector, type Collector } from './collect.ts';
import { fromBanners } from './from-banners.ts';
import { fromBrowserify } from './from-browserify.ts';
import { fromLegalComments } from './from-legal-comments.ts';
import { fromLockFile } from './from-lock-file.ts';
import { fromNotices, noticesFile } from './from-notices.ts';
import { fromPackageJson } from './from-package-json.ts';
import { fromPaths } from './from-paths.ts';
import { fromSourceMap } from './from-source-map.ts';
import { readFields, textIn } from './read-json.ts';

const isCode = /\.(?:[cm]?js|jsx)$|\.(?:licen[cs]e|legal)\.txt$/i;
const isLockFile = /(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/;
const inlineMap = /\/\/[#@] sourceMappingURL=data:application\/json;(?:charset=utf-?8;)?base64,([A-Za-z0-9+/=]+)\s*$/i;
const inlineMapChars = 24 * 1024 * 1024;

/**
 * The npm packages that a plugin declares or recognisably brings with it, each with where that was seen. Pure and bounded:
 * nothing is run, and what was too large to look at is a gap, never silently nothing.
 * @param files by path inside the package
 * @example const { components, gaps } = listComponents(files);
 */
export function listComponents(files: ReadonlyMap<string, Uint8Array>): ComponentList {
  const collector = createCollector();
  const main = mainOf(files);
  let budget: number = limits.scanTotalBytes;
  // In order: the same package gives the same list, however its archive was written.
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, bytes] of sorted) {
    if (/(?:^|\/)package\.json$/.test(path)) fromPackageJson(path, bytes, collector);
    else if (isLockFile.test(path)) fromLockFile(path, bytes, collector);
    else if (path === noticesFile) fromNotices(path, bytes, collector);
    else if (/\.map$/i.test(path)) fromSourceMap(path, bytes, collector);
    else if (isCode.test(path)) {
      if (bytes.length > limits.scanFileBytes || bytes.length > budget) {
        collector.gap(path, 'The file is too large to look for dependencies in it.');
        continue;
      }
      budget -= bytes.length;
      fromCode({ path, bytes, source: new TextDecoder().decode(bytes), isMain: path === main }, collector);
    }
  }
  return collector.result();
}

function fromCode(file: CodeText, collector: Collector): void {
  fromPaths(file, collector);
  fromBrowserify(file, collector);
  fromBanners(file, collector);
  fromLegalComments(file, collector);
  const { path, source } = file;
  const at = source.lastIndexOf('sourceMappingURL=data:');
  if (at === -1 || source.length - at > inlineMapChars) return;
  const base64 = inlineMap.exec(source.slice(at - 4))?.[1];
  if (base64 !== undefined) fromSourceMap(path, Buffer.from(base64, 'base64'), collector);
}

function mainOf(files: ReadonlyMap<string, Uint8Array>): string {
  const manifest = files.get('manifest.json');
  const fields = manifest === undefined ? '' : readFields(manifest);
  const main = typeof fields === 'string' ? null : textIn(fields.main);
  return (main ?? 'index.js').replace(/^\.\//, '');
}
