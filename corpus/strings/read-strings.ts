import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const long = [
  'A'.repeat(10_000),
  'Hagelschaden'.repeat(1_000),
  'wide '.repeat(2_000),
  '\u{1f468}\u200d'.repeat(500),
  `${'<b data-hostile>'.repeat(300)}deep`,
  'a\u0301'.repeat(2_000),
];

/** Every string of the corpus, by its kind: the name of its file. */
export function readStrings(): { kind: string; text: string }[] {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'));
  const listed = files.sort().flatMap((name) => {
    const texts: unknown = JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'));
    if (!Array.isArray(texts)) throw new Error(`${name} is no list.`);
    return texts.map((text: unknown) => ({ kind: name.replace(/\.json$/, ''), text: String(text) }));
  });
  return [...listed, ...long.map((text) => ({ kind: 'long', text }))];
}
