import { lineCounter, type CodeText } from './code-text.ts';
import type { Collector } from './collect.ts';
import { nameIn } from './from-banners.ts';
import { isNpmName } from './npm-name.ts';

const beginning = 'Bundled license information:';
const mostChars = 1_000_000;
const mostEntries = 5_000;
/** `@s/a/lib/x.js:` on a line of its own, without the folder that npm puts it in. */
const entry = /^((?:@[\w.~-]+\/)?[\w~-][\w.~-]*)\/\S{1,300}:$/;
/** Folders of the author's own files, which stand there in the same way. */
const ownFolders = /^(?:src|lib|dist|source|app|build|test|vendor|scripts|packages)$/;

/** The comments that esbuild gathers at the end of a bundle, or in a file beside it, each under the file it was in. */
export function fromLegalComments({ path, source }: CodeText, collector: Collector): void {
  const start = source.indexOf(beginning);
  if (start === -1) return;
  const lineAt = lineCounter(source);
  const lines = source.slice(start, start + mostChars).split('\n');
  let offset = start;
  let count = 0;
  for (const [index, line] of lines.entries()) {
    const name = entry.exec(line.trimEnd())?.[1];
    const at = offset;
    offset += line.length + 1;
    if (name === undefined || !isNpmName(name) || ownFolders.test(name)) continue;
    count += 1;
    if (count > mostEntries) {
      collector.gap(path, 'Has too many licence comments to look at all of them.');
      return;
    }
    const comment = lines
      .slice(index + 1, index + 8)
      .map((text) => text.replace(/\(\*[*!]?|\*\)/g, ''))
      .join('\n');
    const said = nameIn(comment, false);
    const version = said?.name === name ? said.version : null;
    collector.add({ name, version, how: 'banner', file: path, line: lineAt(at), confidence: 0.8 });
  }
}
