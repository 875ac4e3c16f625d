import { hostModule } from '../code/paths.ts';
import { lineCounter, type CodeText } from './code-text.ts';
import type { Collector } from './collect.ts';
import { isNpmName } from './npm-name.ts';

/** Behind each module of browserify stands what it requires: `},{"./own":2,"lodash":3}],4:[function(require,…`. */
const prelude = /\d+:\[function\(require,\s?module,\s?exports\)\s?\{/;
const mostTables = 20_000;
const tableChars = 4_000;
const table = /^\},\{((?:"[^"\n]{1,214}":(?:\d{1,9}|undefined),?){1,100})\}\]/;

export function fromBrowserify({ path, source }: CodeText, collector: Collector): void {
  if (!prelude.test(source)) return;
  const lineAt = lineCounter(source);
  let count = 0;
  for (let at = source.indexOf('},{"'); at !== -1; at = source.indexOf('},{"', at + 4)) {
    count += 1;
    if (count > mostTables) {
      collector.gap(path, 'Has too many modules to look at all of them.');
      return;
    }
    const listed = table.exec(source.slice(at, at + tableChars))?.[1] ?? '';
    for (const [, specifier = ''] of listed.matchAll(/"([^"\n]+)":/g)) {
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
      // Node's own names stand for replacements that browserify chose; what begins with _ is its own, and where numbers stand the names were taken out.
      if (!isNpmName(name) || /^(?:[._]|\d+$)/.test(specifier) || hostModule(name) !== null) continue;
      collector.add({ name, how: 'path', file: path, line: lineAt(at), confidence: 0.8 });
    }
  }
}
