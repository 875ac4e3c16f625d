import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const sources = join(import.meta.dirname, '../src');

/** A class that its file does not have is `undefined`: nothing fails, and the page stands there without its layout. */
test('every class that a page asks of a style sheet stands in it', () => {
  const missing: string[] = [];
  let asked = 0;
  for (const file of globSync('**/*.tsx', { cwd: sources })) {
    const text = readFileSync(join(sources, file), 'utf8');
    for (const [, name = '', sheet = ''] of text.matchAll(/^import (\w+) from '([^']+\.module\.css)';$/gm)) {
      const styles = readFileSync(join(sources, dirname(file), sheet), 'utf8');
      const known = new Set([...styles.matchAll(/\.([A-Za-z_][\w-]*)/g)].map(([, each]) => each));
      for (const [, used = ''] of text.matchAll(new RegExp(`(?<![\\w/.])${name}\\.(\\w+)`, 'g'))) {
        asked += 1;
        if (!known.has(used)) missing.push(`${file}: ${sheet} has no .${used}`);
      }
    }
  }
  expect(asked).toBeGreaterThan(500);
  expect(missing).toEqual([]);
});
